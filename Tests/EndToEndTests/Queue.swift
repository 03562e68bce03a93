import Foundation

extension Relay {
    /// The files of accepted mail in the spool.
    func spoolFiles() throws -> [URL] {
        let queue = spool.appending(path: "queue")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: queue.path)
        return paths.map { queue.appending(path: $0) }.filter { file in
            // A file may go between the two looks.
            let values = try? file.resourceValues(forKeys: [.isRegularFileKey])
            return values?.isRegularFile == true
        }
    }

    /// `queue list --json`: one dictionary a line, values as text.
    func queue() throws -> [[String: String]] {
        let listed = try command(["queue", "list", "--json"])
        guard listed.status == 0 else { throw StageError("queue list: \(listed.status) \(listed.output)") }
        return try listed.output.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            guard let fields = object as? [String: Any] else { throw StageError("no object: \(line)") }
            return fields.mapValues { "\($0)" }
        }
    }
}

/// What a file holds.
func bytes(of file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }
