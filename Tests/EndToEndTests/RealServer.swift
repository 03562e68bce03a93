import Foundation
import Glibc

/// A server from Debian's packages, unpacked and run over this machine's files without being installed.
final class RealServer {
    let port: Int
    let certificate: Certificate
    private let folder: URL
    private let program: Program

    /// Starts the role that a script in `Peers` describes, from a tree that `Peers/fetch` unpacked.
    init(on stage: Stage, _ role: String, from tree: String, _ arguments: [String] = []) throws {
        guard geteuid() == 0 else {
            throw StageError("real servers need root: they get namespaces and users of their own")
        }
        port = try freePort()
        folder = try stage.makeFolder(role)
        certificate = try stage.certificate(for: "localhost", in: role)
        let words = [
            Places.peers.appending(path: "in-root").path, try Places.fetched(tree).path, folder.path,
            Places.peers.appending(path: role).path, "\(port)",
        ]
        let started = try stage.start(role, words + arguments)
        program = started
        try until("\(role) listens: \(started.output)") { [port] in
            guard started.isRunning else { throw StageError("\(role) ended: \(started.output)") }
            return try accepts(port: port)
        }
    }

    /// The messages delivered into its Maildir.
    func mail() throws -> [URL] {
        let new = folder.appending(path: "mail/new")
        guard FileManager.default.fileExists(atPath: new.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: new, includingPropertiesForKeys: nil)
    }
}
