import Synchronization
import TLSEngine
import Transport

/// A smart host on loopback that does what a test tells it to, and remembers what it was given.
final class ScriptedSmartHost: Sendable {
    enum Answer: Sendable {
        case reply(String)
        /// No answer, the connection stays.
        case silence
        /// The connection ends at once.
        case cut
    }

    struct Script: Sendable {
        var keywords = ["PIPELINING", "8BITMIME", "SIZE 1000000", "ENHANCEDSTATUSCODES"]
        /// Offers STARTTLS where a certificate is given.
        var tls: TLSContext?
        /// TLS from the first byte.
        var isImplicit = false
        /// For a line of the client, `greeting`, or `.` for the end of a message; nil: the usual answer. The
        /// number counts this connection's place among all, from 1.
        var answer: @Sendable (_ line: String, _ connection: Int) -> Answer? = { _, _ in nil }
    }

    struct Received: Sendable {
        var commands: [String]
        var data: String
        /// The place of its connection among all, from 1.
        var connection: Int
    }

    let listener: Listener
    private let script: Mutex<Script>
    private let log = Mutex<(received: [Received], lines: [String], connectionCount: Int)>(([], [], 0))

    init(_ script: Script, on loops: EventLoops) async throws {
        self.script = Mutex(script)
        listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0), on: loops)
    }

    var port: Int { listener.local.port }
    var received: [Received] { log.withLock(\.received) }
    /// Every line of every client, AUTH exchanges too.
    var lines: [String] { log.withLock(\.lines) }
    var connectionCount: Int { log.withLock(\.connectionCount) }

    func change(_ body: @Sendable (inout Script) -> Void) { script.withLock { body(&$0) } }

    func run() async { await listener.run { await self.serve($0) } }

    private func serve(_ connection: Connection) async {
        let number = log.withLock { log in
            log.connectionCount += 1
            return log.connectionCount
        }
        // Whatever breaks the connection ends the session: that is what a peer does.
        try? await Dialogue(self, connection, number).run()
        await connection.close()
    }

    private struct Cut: Error {}

    /// One client's session.
    private final class Dialogue {
        let host: ScriptedSmartHost
        let connection: Connection
        let number: Int
        var buffer: [UInt8] = []
        var commands: [String] = []

        init(_ host: ScriptedSmartHost, _ connection: Connection, _ number: Int) {
            self.host = host
            self.connection = connection
            self.number = number
        }

        var script: Script { host.script.withLock { $0 } }

        func run() async throws {
            if script.isImplicit { try await startTLS(.implicitServer) }
            try await answer("greeting", "220 scripted ready")
            while let line = try await line() {
                host.log.withLock { $0.lines.append(line) }
                let verb = line.prefix { $0 != " " }.uppercased()
                switch verb {
                case "EHLO": try await answer(line, greetingLines)
                case "STARTTLS":
                    try await answer(line, "220 go ahead")
                    try await startTLS()
                case "AUTH":
                    if line == "AUTH LOGIN" { try await takeLogin() }
                    try await answer(line, "235 welcome")
                case "MAIL":
                    commands = [line]
                    try await answer(line, "250 2.1.0 ok")
                case "RCPT":
                    commands.append(line)
                    try await answer(line, "250 2.1.5 ok")
                case "DATA": if try await answer(line, "354 go ahead") { try await takeMessage() }
                case "QUIT":
                    try await answer(line, "221 bye")
                    return
                default: try await answer(line, "250 ok")
                }
            }
        }

        private var greetingLines: String {
            var keywords = script.keywords
            if script.tls != nil, connection.tls == nil { keywords.append("STARTTLS") }
            let lines = ["scripted"] + keywords
            return lines.enumerated().map { "250\($0 == lines.count - 1 ? " " : "-")\($1)" }.joined(
                separator: "\r\n")
        }

        private func startTLS(_ role: Connection.TLSRole = .server) async throws {
            guard let context = script.tls else { throw Cut() }
            _ = try await connection.startTLS(context, role: role, within: .seconds(30))
        }

        /// Answers as the script wants; true where that is 354.
        @discardableResult
        private func answer(_ line: String, _ usual: String) async throws -> Bool {
            switch script.answer(line, number) {
            case nil:
                try await connection.send(Array("\(usual)\r\n".utf8))
                return usual.hasPrefix("354")
            case .reply(let text):
                try await connection.send(Array("\(text)\r\n".utf8))
                return text.hasPrefix("354")
            case .silence: return false
            case .cut: throw Cut()
            }
        }

        private func takeLogin() async throws {
            for prompt in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] {
                try await connection.send(Array("\(prompt)\r\n".utf8))
                let response = try await line() ?? ""
                host.log.withLock { $0.lines.append(response) }
            }
        }

        private func takeMessage() async throws {
            var lines: [String] = []
            while let line = try await line(), line != "." {
                lines.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
            }
            let received = Received(
                commands: commands, data: lines.map { "\($0)\r\n" }.joined(), connection: number)
            host.log.withLock { $0.received.append(received) }
            try await answer(".", "250 2.0.0 Ok: queued as R\(number)")
        }

        private func line() async throws -> String? {
            while true {
                if let feed = buffer.firstIndex(of: 0x0A) {
                    defer { buffer.removeFirst(feed + 1) }
                    return String(decoding: buffer[..<feed].dropLast(), as: UTF8.self)
                }
                guard let more = try await connection.read(within: .seconds(60)) else { return nil }
                buffer += more
            }
        }
    }
}
