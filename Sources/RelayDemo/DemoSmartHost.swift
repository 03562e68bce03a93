import MailSyntax
import SMTPProtocol
import Synchronization
import TLSEngine
import Transport

/// A provider's smart host as the demo needs it: STARTTLS, then AUTH, then mail, which it counts and drops.
final class DemoSmartHost: Sendable {
    let name: String
    private let listener: Listener
    private let tls: TLSContext
    /// The one AUTH line that is right.
    private let login: [UInt8]
    private let busyCount: Mutex<Int>

    /// Listens on a free loopback port. The first `busyCount` transactions are answered 4xx.
    init(
        name: String, username: String, password: String, busyCount: Int, tls: TLSContext, loops: EventLoops
    ) async throws(TransportError) {
        self.name = name
        self.tls = tls
        self.busyCount = Mutex(busyCount)
        var right = Authentication(mechanism: .plain, username: username, secret: Array(password.utf8))
        login = right.start().dropLast(2)
        listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0), on: loops)
    }

    /// The port it listens on.
    var port: Int { listener.local.port }

    /// Serves until `stop`.
    func run() async {
        await listener.run { connection in
            var dialogue = DemoDialogue(host: self, connection: connection)
            // A client that breaks off is the client's business.
            try? await dialogue.run()
            await connection.close()
        }
    }

    func stop() async { await listener.close() }

    fileprivate func isRight(_ line: [UInt8]) -> Bool { line == login }

    fileprivate func startTLS(on connection: Connection) async throws(TransportError) {
        _ = try await connection.startTLS(tls, role: .server, within: .seconds(10))
    }

    /// Whether this transaction is one of those that find the host busy.
    fileprivate func isBusy() -> Bool {
        busyCount.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
    }
}

/// One client's dialogue with a demo smart host.
private struct DemoDialogue {
    let host: DemoSmartHost
    let connection: Connection
    private var framer = LineFramer(limit: 2048)
    private var isSecure = false
    private var isKnown = false
    private static let patience = Duration.seconds(60)

    init(host: DemoSmartHost, connection: Connection) {
        self.host = host
        self.connection = connection
    }

    mutating func run() async throws(TransportError) {
        try await answer(220, "\(host.name).smarthost.example ESMTP")
        while let line = try await nextLine() {
            switch CommandParser.parse(line) {
            case .ehlo: try await answer(250, lines: keywords)
            case .startTLS: try await startTLS()
            case .auth: try await authenticate(line)
            case .mail: try await answerMail()
            case .rcpt: try await answer(250, "2.1.5 Ok")
            case .data: try await takeMessage()
            case .quit: return try await answer(221, "2.0.0 Bye")
            case .rset, .noop: try await answer(250, "2.0.0 Ok")
            case .helo, .bdat, .vrfy, .expn, .help, .unknown, .malformed:
                try await answer(502, "5.5.1 Not here")
            }
        }
    }

    private var keywords: [String] {
        ["\(host.name).smarthost.example", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SIZE 10485760"]
            + [isSecure ? "AUTH PLAIN LOGIN" : "STARTTLS"]
    }

    private mutating func startTLS() async throws(TransportError) {
        try await answer(220, "2.0.0 Go ahead")
        try await host.startTLS(on: connection)
        isSecure = true
    }

    private mutating func authenticate(_ line: [UInt8]) async throws(TransportError) {
        isKnown = isSecure && host.isRight(line)
        if isKnown {
            try await answer(235, "2.7.0 Welcome")
        } else {
            try await answer(535, "5.7.8 Who are you?")
        }
    }

    private func answerMail() async throws(TransportError) {
        guard isKnown else { return try await answer(530, "5.7.0 Authentication required") }
        guard !host.isBusy() else { return try await answer(451, "4.3.2 Busy, come back in a moment") }
        try await answer(250, "2.1.0 Ok")
    }

    private mutating func takeMessage() async throws(TransportError) {
        guard isKnown else { return try await answer(503, "5.5.1 MAIL first") }
        try await answer(354, "Go on")
        var decoder = DotDecoder()
        var chunk = framer.takeBuffered()[...]
        var message: [UInt8] = []
        while decoder.decode(&chunk, into: &message) == .more {
            guard let more = try await connection.read(within: Self.patience) else { return }
            chunk = more[...]
        }
        framer.append(Array(chunk))
        try await answer(250, "2.0.0 Ok: queued as \(host.name.uppercased())-\(message.count)")
    }

    private mutating func nextLine() async throws(TransportError) -> [UInt8]? {
        while true {
            if case .line(let line) = framer.next() { return line }
            guard let bytes = try await connection.read(within: Self.patience) else { return nil }
            framer.append(bytes)
        }
    }

    private func answer(_ code: Int, _ text: String) async throws(TransportError) {
        try await answer(code, lines: [text])
    }

    private func answer(_ code: Int, lines: [String]) async throws(TransportError) {
        try await connection.send(Reply(code, lines: lines).bytes)
    }
}
