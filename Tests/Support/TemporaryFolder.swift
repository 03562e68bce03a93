import Foundation

/// A folder of a test's own. It goes with its last reference, whatever came of the test; its path is short enough
/// for sockets.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        let name = "postern-test-\(UUID().uuidString.prefix(8))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        path = folder.path
    }

    /// Writes a file; gives its path.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// The names in it.
    package func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path) }

    deinit {
        // A file that comes while the folder goes costs another round.
        for _ in 0..<3 where FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
