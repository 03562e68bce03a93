import MailSyntax
import RelayEvents
import RelaySettings
import SMTPProtocol
import Transport

/// One open connection to a smart host, and the transactions on it, one after the other.
///
/// Belongs to one task. How it comes to be is in `SmartHostOpening.swift`.
final class SmartHostSession {
    let target: SmartHostTarget
    let connection: Connection
    var extensions = ServerExtensions()
    /// Its last reply to EHLO.
    var introduction: Reply?
    /// How AUTH ended.
    var loginReply: Reply?
    /// Messages that were sent on it, taken or not.
    private(set) var messageCount = 0
    /// Nothing more can be sent on it.
    private(set) var isBroken = false

    private var decoder = ReplyDecoder()
    /// The transaction before ended without a message: what the smart host remembers of it must go.
    private var needsReset = false
    let services: DialogueServices

    init(_ target: SmartHostTarget, _ connection: Connection, services: DialogueServices) {
        self.target = target
        self.connection = connection
        self.services = services
    }

    /// Sends one message under one envelope.
    func send(_ envelope: Envelope, _ message: OutgoingMessage) async -> Outcome {
        messageCount += 1
        var transaction = Transaction(recipientCount: envelope.recipients.count)
        var isFinalDotSent = false
        var ending = Outcome.Ending.complete
        do throws(DialogueError) {
            try await exchange(&transaction, envelope, message, &isFinalDotSent)
        } catch {
            ending = .broken(reason: error.description, finalDotSent: isFinalDotSent)
        }
        needsReset = transaction.mailReply?.isPositive == true && transaction.finalReply == nil
        let outcome = Outcome(transaction, ending: ending)
        isBroken = outcome.closesConnection
        return outcome
    }

    /// Ends the connection, politely if there is time.
    func close() async {
        // Who does not answer QUIT is left without a goodbye.
        if !isBroken { _ = try? await ask(ClientCommand.quit, within: Limits.quit) }
        await abandon()
    }

    /// Ends the connection without a word.
    func abandon() async {
        isBroken = true
        await connection.close()
    }

    /// One command and its reply.
    func ask(
        _ command: [UInt8], within patience: Duration, shown: String? = nil
    ) async throws(DialogueError) -> Reply {
        try await tell(command, shown: shown)
        return try await reply(within: patience)
    }

    /// The next reply, whole within `patience` however slowly it comes.
    func reply(within patience: Duration) async throws(DialogueError) -> Reply {
        let deadline = services.clock.uptime() + patience
        while true {
            if let reply = try nextReply() { return reply }
            let bytes: [UInt8]?
            do throws(TransportError) {
                bytes = try await connection.read(within: max(deadline - services.clock.uptime(), .zero))
            } catch { throw .transport(error) }
            guard let bytes else { throw .ended }
            decoder.append(bytes)
        }
    }

    /// Whether the smart host has said more than it was asked: must not be so where TLS begins.
    var hasUnreadInput: Bool { !decoder.isEmpty }

    private func exchange(
        _ transaction: inout Transaction, _ envelope: Envelope, _ message: OutgoingMessage,
        _ isFinalDotSent: inout Bool
    ) async throws(DialogueError) {
        if needsReset {
            _ = try await ask(ClientCommand.rset, within: patience)
            needsReset = false
        }
        let mail = ClientCommand.mail(envelope, byteCount: message.byteCount, to: extensions)
        let recipients = envelope.recipients.map { ClientCommand.rcpt($0, to: extensions) }
        if extensions.pipelining {
            try await tell(mail + recipients.joined() + ClientCommand.data)
            while let owed = transaction.owed, owed != .message, try await record(&transaction) {}
        } else {
            try await askInTurn([mail] + recipients, &transaction)
        }
        if transaction.wantsEmptyBody {
            try await tell(Array(".\r\n".utf8))
            _ = try await record(&transaction)
        } else if transaction.wantsBody {
            try await send(message, &isFinalDotSent)
            transaction.record(try await reply(within: target.settings.timeouts.finalDot))
        }
    }

    /// Command by command, for a smart host without PIPELINING.
    private func askInTurn(_ commands: [[UInt8]], _ transaction: inout Transaction)
        async throws(DialogueError)
    {
        for command in commands {
            try await tell(command)
            guard try await record(&transaction), transaction.mailReply?.isPositive == true else { return }
        }
        guard transaction.wantsData else { return }
        try await tell(ClientCommand.data)
        _ = try await record(&transaction)
    }

    /// Reads and records the next reply; false: it was a farewell, no other will come.
    private func record(_ transaction: inout Transaction) async throws(DialogueError) -> Bool {
        let reply = try await reply(within: patience)
        transaction.record(reply)
        return reply.code != 421
    }

    private func send(_ message: OutgoingMessage, _ isFinalDotSent: inout Bool) async throws(DialogueError) {
        var encoder = DotEncoder()
        var windows = message.windows()
        repeat {
            let window = try await windows.next()
            var data: [UInt8] = []
            data.reserveCapacity(window.count + window.count / 32 + 16)
            encoder.encode(window[...], into: &data)
            if windows.isAtEnd {
                encoder.finish(into: &data)
                // From the first byte of this write on it may be that all of it arrives.
                isFinalDotSent = true
            }
            try await put(data)
        } while !windows.isAtEnd
    }

    private var patience: Duration { target.settings.timeouts.command }

    private func tell(_ command: [UInt8], shown: String? = nil) async throws(DialogueError) {
        if services.events.tellsDialogues {
            let text = shown ?? String(decoding: command, as: UTF8.self)
            for line in text.split(whereSeparator: \.isNewline) {
                tellDialogue(String(line), isFromPeer: false)
            }
        }
        try await put(command)
    }

    private func put(_ bytes: [UInt8]) async throws(DialogueError) {
        do throws(TransportError) { try await connection.send(bytes, within: patience) } catch {
            throw .transport(error)
        }
    }

    private func nextReply() throws(DialogueError) -> Reply? {
        do throws(ReplyError) {
            guard let reply = try decoder.next() else { return nil }
            if services.events.tellsDialogues { tellDialogue(reply.text, isFromPeer: true) }
            return reply
        } catch { throw .reply(error) }
    }

    private func tellDialogue(_ line: String, isFromPeer: Bool) {
        services.events.tell(
            .dialogue(Dialogue(peer: target.name, place: target.stream, isFromPeer: isFromPeer, line: line)))
    }
}
