import Foundation

/// A message of a foreign collection, as SMTP carries it: lines end with CRLF.
struct Letter: Sendable {
    /// Collection and file.
    let name: String
    let bytes: [UInt8]

    /// A CR inside a line: the file held it, SMTP cannot carry it.
    var hasBareCR: Bool {
        for (index, byte) in bytes.enumerated() where byte == 0x0D {
            if index + 1 == bytes.count || bytes[index + 1] != 0x0A { return true }
        }
        return false
    }

    /// Somebody may be named in its header without a domain, or with this machine's: that is completed on the way out.
    var mayNeedCompletion: Bool {
        String(decoding: lines, as: UTF8.self).components(separatedBy: "\n\n")[0]
            .replacing(/\n[ \t]/, with: " ").split(separator: "\n").contains { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, Letter.fieldsOfPeople.contains(parts[0].lowercased()) else {
                    return false
                }
                return parts[1].split(separator: ",").contains {
                    !$0.contains("@") || $0.lowercased().contains("@localhost")
                }
            }
    }

    private static let fieldsOfPeople: Set = [
        "from", "sender", "reply-to", "to", "cc", "resent-from", "resent-sender", "resent-to", "resent-cc",
    ]

    /// With the line ends of a Maildir.
    var lines: [UInt8] { bytes.filter { $0 != 0x0D } }

    /// Whether other servers have nothing to repair in it: a header of fields, an empty line, no NUL.
    var isWellFormed: Bool {
        guard !hasBareCR, !bytes.contains(0), bytes.first != 0x0D else { return false }
        var isFirst = true
        for line in lines.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.isEmpty { return true }
            guard Letter.isField(line) || !isFirst && (line.first == 0x20 || line.first == 0x09) else {
                return false
            }
            isFirst = false
        }
        return false
    }

    private static func isField(_ line: ArraySlice<UInt8>) -> Bool {
        let name = line.prefix { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
        return !name.isEmpty && line.dropFirst(name.count).first == 0x3A
    }
}

/// Real mail: the collections that other mail programs test themselves with.
enum Corpus {
    /// Larger files are no letters but stress tests of their owners.
    private static let byteCountLimit = 4 << 20

    /// All letters, in a stable order.
    static func letters() throws -> [Letter] {
        let place = try Places.fetched("corpus")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted()
        return try paths.compactMap { path in
            let file = place.appending(path: path)
            let kind =
                try FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
            guard kind == .typeRegular else { return nil }
            let letter = wireForm(of: try bytes(of: file))
            guard letter.count > 2, letter.count < byteCountLimit else { return nil }
            return Letter(name: path, bytes: letter)
        }
    }

    /// How many letters each collection gives, for the record.
    static func census(_ letters: [Letter]) -> String {
        let counts = Dictionary(grouping: letters) { $0.name.split(separator: "/").first ?? "" }.mapValues(
            \.count)
        return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Lines end with CRLF, the last one too; the separator line of an mbox is no part of the message.
    private static func wireForm(of file: [UInt8]) -> [UInt8] {
        var lines = file.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        if lines.first?.starts(with: "From ".utf8) == true { lines.removeFirst() }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.flatMap { $0.last == 0x0D ? $0 + [0x0A] : $0 + [0x0D, 0x0A] }
    }
}
