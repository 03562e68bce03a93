import MailSpool
import MailSyntax
import RelayEvents
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

    init(_ connection: Connection, listener: ListenerSettings, tls: TLSOffering, services: IntakeServices) {
        self.connection = connection
        self.listener = listener
        self.services = services
        self.tls = tls
        access = ClientAccess(
            peer: connection.peer, listener: listener, postmaster: services.settings.postmaster)
        session = ServerSession(
            offer: ServerSession.Offer(
                hostname: services.settings.hostname, sizeLimit: listener.maxMessageByteCount,
                recipientLimit: listener.maxRecipients, tls: tls.offer))
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
        connection.write(session.greeting.bytes)
        while let framed = try await nextLine() {
            switch decide(framed) {
            case .reply(let reply): connection.write(reply.bytes)
            case .judgeSender(let mail): connection.write(judge(mail).bytes)
            case .judgeRecipient(let rcpt): connection.write(judge(rcpt).bytes)
            case .receiveLines(let goAhead): guard try await receiveMessage(goAhead) else { return }
            case .startTLS(let reply): guard try await startTLS(reply) else { return }
            case .close(let reply): return connection.write(reply.bytes)
            }
        }
    }

    /// The next command line. Replies are gathered and leave together before any wait, so pipelined commands
    /// cost one write.
    private mutating func nextLine() async throws(TransportError) -> LineFramer.Framed? {
        while true {
            if let framed = framer.next() { return framed }
            try await connection.flush()
            guard let bytes = try await connection.read(within: listener.timeout) else { return nil }
            framer.append(bytes)
        }
    }

    private mutating func decide(_ framed: LineFramer.Framed) -> ServerSession.Action {
        switch framed {
        case .line(let line): return session.receive(CommandParser.parse(line))
        case .bareLineEnd:
            tell(refusal: .bareLineEndInCommand, reason: "bare CR or LF in a command")
            return session.framingViolation(framed)
        case .tooLong: return session.framingViolation(framed)
        }
    }

    private mutating func judge(_ mail: MailParameters) -> Reply {
        let refusal = access.refusal(ofSender: mail.path) ?? (services.spool.hasRoom ? nil : .spoolFull)
        if let refusal { tell(refusal: refusal, sender: mail.path?.description) }
        return session.senderJudged(refusal: refusal)
    }

    private mutating func judge(_ rcpt: RcptParameters) -> Reply {
        switch access.judge(rcpt.recipient) {
        case .accepted(let recipient): return session.recipientJudged(accepted: recipient)
        case .refused(let reply):
            tell(refusal: reply, sender: session.envelope?.sender?.description, recipient: rcpt.address)
            return session.recipientJudged(refusal: reply)
        }
    }

    /// Reads a message and answers for it; false when the connection must close.
    private mutating func receiveMessage(_ goAhead: Reply) async throws(TransportError) -> Bool {
        guard let envelope = session.envelope else { preconditionFailure("data without a transaction") }
        let first = framer.takeBuffered()
        var draft = services.spool.makeDraft()
        var receiver = BodyReceiver(
            sizeLimit: listener.maxMessageByteCount, timeout: listener.timeout, now: services.uptime)
        connection.write(goAhead.bytes)
        try await connection.flush()
        let ending = try await receiver.receive(from: connection, first: first, into: &draft)
        framer.append(receiver.rest)
        session.messageEnded()
        let reply: Reply
        switch ending {
        case .complete:
            let judgement = MessageJudgement(envelope: envelope, origin: origin, services: services)
            reply = await judgement.accept(draft)
        case .refused(let refusal):
            tell(refusal: refusal, envelope: envelope)
            reply = refusal
        case .violation:
            tell(
                refusal: .bareLineEnd, envelope: envelope,
                reason: "bare CR or LF in a message from \(connection.peer.text)")
            connection.write(Reply.bareLineEnd.bytes)
            return false
        case .broken:
            return false
        }
        connection.write(reply.bytes)
        return true
    }

    /// Turns TLS on; false when the connection must close. What came before TLS is never taken for what comes in it.
    private mutating func startTLS(_ goAhead: Reply) async throws(TransportError) -> Bool {
        guard let context = tls.context else { preconditionFailure("STARTTLS without a certificate") }
        guard framer.isEmpty, !connection.hasBufferedInput else {
            connection.write(Reply.inputBeforeTLS.bytes)
            return false
        }
        try await connection.send(goAhead.bytes)
        do throws(TransportError) {
            _ = try await connection.startTLS(context, role: .server, within: listener.timeout)
        } catch {
            services.events.tell(
                .clientTLSFailed(
                    ClientTrouble(client: connection.peer.text, listener: listener.name, reason: "\(error)")))
            return false
        }
        session.tlsStarted()
        return true
    }

    /// The last word to a client whose connection still works.
    private func sayGoodbye(after error: TransportError) {
        switch error {
        case .cancelled: connection.write(Reply.shuttingDown.bytes)
        case .timedOut: connection.write(Reply.idleTooLong.bytes)
        case .refused, .unreachable, .closed, .broken, .tls, .name, .inputBeforeTLS, .listen: break
        }
    }

    private var origin: Origin {
        Origin(
            client: connection.peer.text, heloName: session.heloName, listener: listener.name,
            tls: connection.tls?.description, protocolName: session.protocolName, receivedAt: services.now())
    }

    private func tell(refusal: Reply, envelope: Envelope, reason: String? = nil) {
        services.events.tell(.refused(Refused(refusal, origin: origin, envelope: envelope, reason: reason)))
    }

    private func tell(refusal: Reply, sender: String? = nil, recipient: Address? = nil, reason: String? = nil)
    {
        services.events.tell(
            .refused(
                Refused(
                    origin: origin, sender: sender, recipients: recipient.map { [$0.description] } ?? [],
                    reply: refusal.text, status: refusal.status, reason: reason)))
    }
}
