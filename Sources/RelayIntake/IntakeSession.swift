import MailSpool
import MailSyntax
import RelayEvents
import RelayPolicy
import RelaySettings
import SMTPProtocol
import TLSEngine
import Transport

/// One SMTP connection from greeting to goodbye: read, decide, do.
///
/// Order is decided by `ServerSession`, addresses by `ClientAccess`, messages by `MessageJudgement`; what is left
/// here is the loop.
struct IntakeSession {
    private let connection: Connection
    private let listener: ListenerSettings
    private let services: IntakeServices
    private let tls: TLSOffering
    private let access: ClientAccess
    private var session: ServerSession
    private var framer = LineFramer(limit: Limits.commandByteCount)
    private var teller: SessionTeller

    init(_ connection: Connection, listener: ListenerSettings, tls: TLSOffering, services: IntakeServices) {
        self.connection = connection
        self.listener = listener
        self.services = services
        self.tls = tls
        access = ClientAccess(
            client: IPAddress(connection.peer.bytes), listener: listener,
            addresses: services.settings.localAddresses)
        session = ServerSession(
            offer: ServerSession.Offer(
                hostname: services.settings.hostname, sizeLimit: listener.maxMessageByteCount,
                recipientLimit: listener.maxRecipients, tls: tls.offer))
        teller = SessionTeller(services.events, client: connection.peer.text, listener: listener.name)
    }

    /// Runs the session to its end; returns when the connection is closed.
    mutating func serve() async {
        do throws(TransportError) {
            try await converse()
        } catch {
            sayGoodbye(after: error)
        }
        await connection.close(lingering: true)
    }

    private mutating func converse() async throws(TransportError) {
        say(session.greeting)
        while let framed = try await nextLine() {
            switch decide(framed) {
            case .reply(let reply): say(reply)
            case .judgeSender(let mail): say(judge(mail))
            case .judgeRecipient(let rcpt): say(judge(rcpt))
            case .receiveLines(let goAhead): guard try await receiveMessage(goAhead) else { return }
            case .startTLS(let reply): guard try await startTLS(reply) else { return }
            case .close(let reply): return say(reply)
            }
        }
    }

    /// The next command line, whole within the time for a command. Replies are gathered and leave together before any
    /// wait, so pipelined commands cost one write.
    private mutating func nextLine() async throws(TransportError) -> LineFramer.Framed? {
        if let framed = framer.next() { return framed }
        try await connection.flush()
        let deadline = services.uptime() + listener.timeout
        while true {
            // A client that is never waited for must meet the end of the daemon and of its time as well.
            if Task.isCancelled { throw .cancelled }
            let patience = deadline - services.uptime()
            guard patience > .zero else { throw .timedOut }
            guard let bytes = try await connection.read(within: patience) else { return nil }
            framer.append(bytes)
            if let framed = framer.next() { return framed }
        }
    }

    private mutating func decide(_ framed: LineFramer.Framed) -> ServerSession.Action {
        let action: ServerSession.Action
        switch framed {
        case .line(let line):
            let command = CommandParser.parse(line)
            teller.heard(command, line)
            action = session.receive(command)
            if case .reply(let reply) = action { tellRefusal(reply, of: command, line) }
        case .bareLineEnd, .tooLong:
            teller.heard("(a line that is too long or holds a bare CR or LF)")
            let sender = session.envelope.map(\.sender)
            action = session.framingViolation(framed)
            let wayOut = framed == .bareLineEnd ? Self.wayOut : nil
            if case .reply(let reply) = action { tell(reply, sender: sender, reason: wayOut) }
        }
        return action
    }

    private mutating func judge(_ mail: MailParameters) -> Reply {
        guard services.room.hasRoom else {
            tell(.spoolFull, sender: .some(mail.path))
            return session.senderJudged(refusal: .spoolFull)
        }
        return session.senderJudged(accepted: access.judge(sender: mail.path))
    }

    private mutating func judge(_ rcpt: RcptParameters) -> Reply {
        switch access.judge(rcpt.recipient) {
        case .accepted(let recipients):
            if let refusal = refusal(of: recipients) {
                tell(refusal, sender: session.envelope.map(\.sender), recipient: rcpt.address)
                return session.recipientJudged(refusal: refusal)
            }
            guard let full = fullStream(of: recipients) else {
                return session.recipientJudged(accepted: recipients)
            }
            tell(
                .streamFull, sender: session.envelope.map(\.sender), recipient: rcpt.address,
                reason: StreamGate.reason(full))
            return session.recipientJudged(refusal: .streamFull)
        case .refused(let reply):
            tell(reply, sender: session.envelope.map(\.sender), recipient: rcpt.address)
            return session.recipientJudged(refusal: reply)
        }
    }

    /// What the scripts for recipients have against one of them.
    private func refusal(of recipients: [Recipient]) -> Reply? {
        session.envelope.flatMap {
            services.policy.refusal(of: recipients, in: $0, origin: origin, services.desk.aidsForRecipients)
        }
    }

    /// The first stream of these recipients that is full, as far as it can be told without the message: then it is
    /// refused for them alone, and the others' mail comes in.
    private func fullStream(of recipients: [Recipient]) -> String? {
        let streams = services.settings.streams
        guard let envelope = session.envelope, streams.values.contains(where: \.limitsQueue) else {
            return nil
        }
        for recipient in recipients {
            let stream = services.policy.foreseenStream(
                of: recipient.address, sender: envelope.sender, origin: origin)
            if let stream, services.gate.isFull(stream, under: streams) { return stream }
        }
        return nil
    }

    /// Reads a message and answers for it; false when the connection must close.
    private mutating func receiveMessage(_ goAhead: Reply) async throws(TransportError) -> Bool {
        guard let envelope = session.envelope else { preconditionFailure("data without a transaction") }
        defer { services.room.messageEnded() }
        let first = framer.takeBuffered()
        var draft = services.spool.makeDraft()
        var receiver = BodyReceiver(
            sizeLimit: listener.maxMessageByteCount, timeout: listener.timeout, now: services.uptime)
        say(goAhead)
        try await connection.flush()
        let ending = try await receiver.receive(first: first, into: &draft) {
            [connection] patience async throws(TransportError) in try await connection.read(within: patience)
        }
        teller.heard("(message, \(draft.byteCount) bytes kept)")
        framer.append(receiver.rest)
        session.messageEnded()
        teller.messageEnded()
        switch ending {
        case .complete:
            let judgement = MessageJudgement(envelope: envelope, origin: origin, services: services)
            say(await judgement.accept(draft))
            return true
        case .refused(let refusal), .cutOff(let refusal):
            let wayOut = refusal == .bareLineEnd ? Self.wayOut : nil
            teller.refused(Refused(refusal, origin: origin, envelope: envelope, reason: wayOut))
            say(refusal)
            return ending == .refused(refusal)
        case .abandoned:
            return false
        }
    }

    /// Turns TLS on; false when the connection must close. What came before TLS is never taken for what comes in it.
    private mutating func startTLS(_ goAhead: Reply) async throws(TransportError) -> Bool {
        guard let context = tls.context else { preconditionFailure("STARTTLS without a certificate") }
        guard framer.isEmpty, !connection.hasBufferedInput else {
            teller.tlsFailed(TransportError.inputBeforeTLS.description)
            say(.inputBeforeTLS)
            return false
        }
        say(goAhead)
        try await connection.flush()
        do throws(TransportError) {
            _ = try await connection.startTLS(context, role: .server, within: listener.timeout)
        } catch {
            teller.tlsFailed("\(error)")
            return false
        }
        session.tlsStarted()
        return true
    }

    /// The last word to a client whose connection still works.
    private func sayGoodbye(after error: TransportError) {
        switch error {
        case .cancelled: say(.shuttingDown)
        case .timedOut: say(.idleTooLong)
        case .refused, .unreachable, .closed, .broken, .tls, .name, .inputBeforeTLS, .listen: break
        }
    }

    private func say(_ reply: Reply) {
        connection.write(reply.bytes)
        teller.said(reply)
    }

    private var origin: Origin {
        Origin(
            client: connection.peer.text, heloName: session.heloName, listener: listener.name,
            tls: connection.tls?.description, protocolName: session.protocolName, receivedAt: services.now())
    }

    // MARK: Telling

    /// Tells of a sender or recipient that the protocol's rules refuse. Commands out of order are not told: they
    /// follow upon a refusal that was.
    private mutating func tellRefusal(_ reply: Reply, of command: Command, _ line: [UInt8]) {
        guard !reply.isPositive, reply.code != 503 else { return }
        switch command {
        case .mail(let mail): tell(reply, sender: .some(mail.path))
        case .rcpt(let rcpt): tell(reply, sender: session.envelope.map(\.sender), recipient: rcpt.address)
        case .malformed:
            if let quoted = line.quotedPath {
                tell(reply, sender: session.envelope.map(\.sender), reason: quoted)
            }
        case .auth: teller.authFailed(command.claimedUser, reply)
        case .ehlo, .helo, .data, .bdat, .rset, .noop, .quit, .vrfy, .expn, .help, .startTLS, .unknown: break
        }
    }

    /// What can be done about bare CR and LF.
    private static let wayOut = "the client must be set to end lines with CRLF"

    /// `sender` is nil before MAIL, and holds nil for the null sender.
    private mutating func tell(
        _ refusal: Reply, sender: Address??, recipient: Address? = nil, reason: String? = nil
    ) {
        teller.refused(
            Refused(
                origin: origin, sender: sender.map { $0?.description ?? "" },
                recipients: recipient.map { [$0.description] } ?? [], reply: refusal.text,
                status: refusal.status, reason: reason))
    }
}
