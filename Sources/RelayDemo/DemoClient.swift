import MailSyntax
import SMTPProtocol
import Transport

/// Hands one message to the relay as an office's server would.
struct DemoClient {
    private let connection: Connection
    private var decoder = ReplyDecoder()
    private static let patience = Duration.seconds(30)

    /// Why nothing was handed in.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Sends the message; returns the relay's last reply, whatever it was.
    static func send(
        _ sample: Sample, date: String, to address: PeerAddress, loops: EventLoops
    ) async throws -> Reply {
        let connection = try await Dialer(loops: loops).connect(to: address, from: nil, within: patience)
        var client = DemoClient(connection: connection)
        let reply = try await client.send(sample, date: date)
        await connection.close()
        return reply
    }

    private init(connection: Connection) { self.connection = connection }

    private mutating func send(_ sample: Sample, date: String) async throws -> Reply {
        _ = try await reply()
        let greeting = try await ask(ClientCommand.ehlo("office.example"))
        let server = ServerExtensions(ehlo: greeting)
        let message = sample.bytes(date: date)
        let recipient = Recipient(sample.recipient)
        let envelope = Envelope(sender: sample.sender, recipients: [recipient])
        for command in [
            ClientCommand.mail(envelope, byteCount: message.count, to: server),
            ClientCommand.rcpt(recipient, to: server), ClientCommand.data,
        ] {
            let answer = try await ask(command)
            guard answer.isPositive else { return answer }
        }
        var encoder = DotEncoder()
        var data: [UInt8] = []
        encoder.encode(message[...], into: &data)
        encoder.finish(into: &data)
        let answer = try await ask(data)
        _ = try await ask(ClientCommand.quit)
        return answer
    }

    private mutating func ask(_ bytes: [UInt8]) async throws -> Reply {
        try await connection.send(bytes)
        return try await reply()
    }

    private mutating func reply() async throws -> Reply {
        while true {
            if let reply = try decoder.next() { return reply }
            guard let bytes = try await connection.read(within: Self.patience) else {
                throw Failure(description: "the relay hung up")
            }
            decoder.append(bytes)
        }
    }
}
