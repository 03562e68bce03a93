import TLSEngine
import Testing
import Transport

/// A client that says what a test wants, byte for byte.
final class Client {
    let connection: Connection
    private var received: [UInt8] = []

    init(_ connection: Connection) { self.connection = connection }

    /// Sends exactly this.
    func send(_ text: String) async throws { try await send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async throws { try await connection.send(bytes) }

    /// The next line without its CRLF; nil at the end.
    func line() async throws -> String? {
        while true {
            if let feed = received.firstIndex(of: 0x0A) {
                defer { received.removeFirst(feed + 1) }
                return String(decoding: received[..<feed].dropLast(), as: UTF8.self)
            }
            do throws(TransportError) {
                guard let more = try await connection.read(within: .seconds(60)) else { return nil }
                received += more
            } catch {
                try #require(error != .timedOut, "the server stays silent")
                return nil
            }
        }
    }

    /// The next reply, its lines joined by `|`; nil at the end.
    func reply() async throws -> String? {
        var lines: [String] = []
        while let line = try await line() {
            lines.append(line)
            if line.utf8.dropFirst(3).first != UInt8(ascii: "-") { return lines.joined(separator: "|") }
        }
        return nil
    }

    func ask(_ command: String) async throws -> String? {
        try await send(command + "\r\n")
        return try await reply()
    }

    /// Greeting, EHLO, MAIL, RCPT and DATA, up to the go-ahead.
    func begin(from sender: String = "ann@x.example", to recipients: [String] = ["bob@x.example"])
        async throws
    {
        try await greet()
        try await beginMessage(from: sender, to: recipients)
    }

    func greet() async throws {
        #expect(try await reply() == "220 relay.example ESMTP")
        #expect(try await ask("EHLO pc7")?.hasPrefix("250-relay.example|") == true)
    }

    func beginMessage(from sender: String = "ann@x.example", to recipients: [String] = ["bob@x.example"])
        async throws
    {
        #expect(try await ask("MAIL FROM:<\(sender)>") == "250 2.1.0 Ok")
        for recipient in recipients { #expect(try await ask("RCPT TO:<\(recipient)>") == "250 2.1.5 Ok") }
        #expect(try await ask("DATA")?.hasPrefix("354 ") == true)
    }

    /// The answer to a whole message; `text` without the final dot.
    func submit(
        _ text: String = "Subject: hello\r\n\r\ntext\r\n", from sender: String = "ann@x.example",
        to recipients: [String] = ["bob@x.example"]
    ) async throws -> String? {
        try await beginMessage(from: sender, to: recipients)
        try await send(text + ".\r\n")
        return try await reply()
    }

    /// Goes on inside TLS, whoever the server is.
    func startTLS() async throws {
        _ = try await connection.startTLS(
            .client(trust: .nothing), role: .client(name: nil), within: .seconds(60))
    }
}
