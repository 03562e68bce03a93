import Foundation
import Glibc

/// The scripted smart host (`Peers/smarthost.py`): what it was sent, and faults on demand.
final class SmartHost {
    /// One line of its journal.
    struct Line: Decodable {
        let event: String
        let at: Double?
        let sender: String?
        let recipients: [String]?
        let messageID: String?
        let verb: String?
        let user: String?
        let tls: String?
        let file: String?
    }

    static let user = "relay"
    static let password = "secret"

    let port: Int
    let certificate: Certificate
    private let stage: Stage
    private let name: String
    private let store: URL
    private let journal: GrowingFile
    private var known: [Line] = []
    private var program: Program?

    /// Starts one. `options` are the script's.
    init(on stage: Stage, _ name: String, certifiedFor host: String = "localhost", _ options: [String] = [])
        throws
    {
        self.stage = stage
        self.name = name
        port = try freePort()
        certificate = try stage.certificate(for: host, in: "\(name)-tls")
        store = try stage.makeFolder("\(name)-mail")
        journal = GrowingFile(stage.folder.appending(path: "\(name).journal"))
        try start(options)
    }

    /// Starts it, or starts it anew with other options, on the same port and with the mail it has.
    func start(_ options: [String] = []) throws {
        stop()
        let fixed = [
            "/usr/bin/python3", Places.peers.appending(path: "smarthost.py").path, "--port", "\(port)",
            "--certificate", certificate.file, "--key", certificate.key, "--store", store.path,
            "--journal", stage.folder.appending(path: "\(name).journal").path,
        ]
        let started = try stage.start(name, fixed + options)
        program = started
        try until("smart host \(name): \(started.output)") { try accepts(port: port) }
    }

    /// Takes it down at once; connections break.
    func stop() {
        program?.end()
        program = nil
    }

    /// All lines of the journal.
    func lines() throws -> [Line] {
        known += try journal.newLines().map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        return known
    }

    /// The messages it has.
    func messages() throws -> [Line] { try lines().filter { $0.event == "message" } }

    /// The bytes of a message as they came, dots unstuffed.
    func bytes(of message: Line) throws -> [UInt8] {
        guard let file = message.file else { throw StageError("a message without a file") }
        return try EndToEndTests.bytes(of: store.appending(path: file))
    }

    /// Waits for messages to come and returns all that are there.
    @discardableResult
    func await(_ count: Int, within bound: Duration = .seconds(60)) throws -> [Line] {
        var seen = 0
        return try awaiting("\(count) messages at \(name), of which \(seen) came", within: bound) {
            let messages = try messages()
            seen = messages.count
            return seen >= count ? messages : nil
        }
    }
}

/// Whether somebody takes connections on a port of this machine.
func accepts(port: Int) throws -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw StageError("no socket: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var address = loopback(port: port)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
