public import MailSyntax

/// The receiving side of one SMTP connection as a value: commands go in, actions come out
/// (RFC 5321 sections 3 and 4.1.4).
///
/// The driver does what an action says and tells what came of it; between the two, `receive` may not
/// be called. A transaction is one value: RSET, EHLO, STARTTLS, a refused MAIL and the end of a
/// message replace it as a whole, so nothing of one can reach the next.
public struct ServerSession: Sendable {
    /// What the driver shall do.
    public enum Action: Hashable, Sendable {
        /// Send it.
        case reply(Reply)
        /// Find out whether this sender may send; then `senderJudged`.
        case judgeSender(MailParameters)
        /// Find out whether this recipient is taken; then `recipientJudged`.
        case judgeRecipient(RcptParameters)
        /// Send the go-ahead, or a refusal of the driver's own, and read the data; then `messageEnded`.
        case receiveLines(goAhead: Reply)
        /// Check that nothing is buffered, send the reply, turn TLS on; then `tlsStarted`.
        case startTLS(Reply)
        /// Send it and close.
        case close(Reply)
    }

    private enum State {
        case idle
        case judgingSender(MailParameters)
        case building(Envelope)
        case judgingRecipient(Envelope)
        case receiving(Envelope)
        case startingTLS
        case closed
    }

    /// How the client named itself, and in which dialect.
    private enum Greeting {
        case none
        case helo(String)
        case ehlo(String)
    }

    private var offer: Offer
    private var state = State.idle
    private var client = Greeting.none
    private var errorCount = 0
    private var overlongLineCount = 0
    private var idleCommandCount = 0

    /// A session at its beginning.
    public init(offer: Offer) { self.offer = offer }

    /// What the server says first.
    public var greeting: Reply { Reply(220, "\(offer.hostname) ESMTP") }

    /// The transaction being built; nil before MAIL was accepted and after the message ended.
    public var envelope: Envelope? {
        switch state {
        case .building(let envelope), .judgingRecipient(let envelope), .receiving(let envelope): envelope
        case .idle, .judgingSender, .startingTLS, .closed: nil
        }
    }

    /// The name of EHLO or HELO; empty before.
    public var heloName: String {
        switch client {
        case .none: ""
        case .helo(let name), .ehlo(let name): name
        }
    }

    /// The WITH keyword of a Received field (RFC 3848).
    public var protocolName: String {
        switch client {
        case .none, .helo: "SMTP"
        case .ehlo: offer.tls == .active ? "ESMTPS" : "ESMTP"
        }
    }

    /// Takes a command and says what to do.
    public mutating func receive(_ command: Command) -> Action {
        if case .closed = state { return .close(Replies.bye) }
        precondition(isListening, "the last action has not been answered")
        idleCommandCount += 1
        guard idleCommandCount <= Limits.idleCommandCount else { return close(Replies.tooManyCommands) }
        if offer.tls == .required, command.needsTLS { return error(Replies.tlsFirst) }
        switch command {
        case .ehlo(let name): return greet(.ehlo(name), with: offer.ehloReply)
        case .helo(let name): return greet(.helo(name), with: offer.heloReply)
        case .mail(let parameters): return mail(parameters)
        case .rcpt(let parameters): return rcpt(parameters)
        case .data: return data()
        case .rset: return reset()
        case .noop: return .reply(Replies.ok)
        case .quit: return close(Replies.bye)
        case .vrfy: return .reply(Replies.cannotVerify)
        case .help: return .reply(Replies.help)
        case .startTLS: return startTLS()
        case .bdat, .expn, .auth: return error(Replies.notImplemented)
        case .unknown: return error(Replies.unknownCommand)
        case .malformed(let reply): return error(reply)
        }
    }

    /// Takes a line that is no command: one with a bare CR or LF, or one over the limit.
    ///
    /// The transaction goes with it: where client and server disagree on what a line is, no message
    /// shall come of it.
    public mutating func framingViolation(_ framed: LineFramer.Framed) -> Action {
        switch framed {
        case .line(let bytes):
            return receive(CommandParser.parse(bytes))
        case .bareLineEnd:
            precondition(isListening, "the last action has not been answered")
            state = .idle
            return error(Replies.bareLineEnd)
        case .tooLong:
            overlongLineCount += 1
            let isLast = overlongLineCount >= Limits.overlongLineCount
            return isLast ? close(Replies.lineTooLong) : error(Replies.lineTooLong)
        }
    }

    /// The sender was taken, perhaps under another address, and begins the transaction. Returns the reply to send.
    public mutating func senderJudged(accepted sender: Address?) -> Reply {
        guard case .judgingSender(let mail) = state else { preconditionFailure("no sender is being judged") }
        var envelope = Envelope(mail)
        envelope.sender = sender
        state = .building(envelope)
        return Replies.senderOk
    }

    /// The sender was refused, and with it the transaction. Returns the reply to send.
    public mutating func senderJudged(refusal: Reply) -> Reply {
        guard case .judgingSender = state else { preconditionFailure("no sender is being judged") }
        state = .idle
        return refusal
    }

    /// The recipient was taken: what it stands for is added as judged, all of it or nothing. Returns the reply to send.
    public mutating func recipientJudged(accepted recipients: [Recipient]) -> Reply {
        var envelope = takeJudged()
        guard envelope.recipients.count + recipients.count <= offer.recipientLimit else {
            state = .building(envelope)
            return Replies.tooManyRecipients
        }
        envelope.recipients += recipients
        idleCommandCount -= 1
        state = .building(envelope)
        return Replies.recipientOk
    }

    /// The recipient was refused; the transaction goes on without it. Returns the reply to send.
    public mutating func recipientJudged(refusal: Reply) -> Reply {
        state = .building(takeJudged())
        return refusal
    }

    /// The data was read, or refused: whatever the answer, the whole transaction is gone.
    public mutating func messageEnded() {
        guard case .receiving = state else { preconditionFailure("no message is being received") }
        state = .idle
        idleCommandCount = 0
    }

    /// TLS is on: all that the client said before is forgotten (RFC 3207 section 4.2).
    public mutating func tlsStarted() {
        guard case .startingTLS = state else { preconditionFailure("TLS is not being started") }
        state = .idle
        client = .none
        offer.tls = .active
    }

    // MARK: One function a command

    private mutating func greet(_ greeting: Greeting, with reply: Reply) -> Action {
        client = greeting
        state = .idle
        return .reply(reply)
    }

    private mutating func mail(_ parameters: MailParameters) -> Action {
        if case .none = client { return error(Replies.helloFirst) }
        guard envelope == nil else { return error(Replies.nestedMail) }
        if let refusal = offer.refusal(of: parameters) { return .reply(refusal) }
        state = .judgingSender(parameters)
        return .judgeSender(parameters)
    }

    private mutating func rcpt(_ parameters: RcptParameters) -> Action {
        guard let envelope else { return error(Replies.mailFirst) }
        if envelope.recipients.count >= offer.recipientLimit { return .reply(Replies.tooManyRecipients) }
        if let refusal = offer.refusal(of: parameters) { return .reply(refusal) }
        state = .judgingRecipient(envelope)
        return .judgeRecipient(parameters)
    }

    /// The transaction whose recipient was judged, taken out of the state so that it can be added to in place.
    private mutating func takeJudged() -> Envelope {
        guard case .judgingRecipient(let envelope) = state else {
            preconditionFailure("no recipient is being judged")
        }
        state = .idle
        return envelope
    }

    private mutating func data() -> Action {
        guard let envelope else { return error(Replies.mailFirst) }
        // Not counted as an error: a pipelining client sends DATA before it knows that no recipient was taken.
        if envelope.recipients.isEmpty { return .reply(Replies.noRecipients) }
        state = .receiving(envelope)
        return .receiveLines(goAhead: Replies.goAhead)
    }

    private mutating func reset() -> Action {
        state = .idle
        return .reply(Replies.ok)
    }

    private mutating func startTLS() -> Action {
        switch offer.tls {
        case .off: return error(Replies.notImplemented)
        case .active: return error(Replies.tlsActive)
        case .offered, .required: break
        }
        guard case .ehlo = client else { return error(Replies.helloFirst) }
        state = .startingTLS
        return .startTLS(Replies.readyForTLS)
    }

    // MARK: Ends

    private var isListening: Bool {
        switch state {
        case .idle, .building: true
        case .judgingSender, .judgingRecipient, .receiving, .startingTLS, .closed: false
        }
    }

    private mutating func error(_ reply: Reply) -> Action {
        errorCount += 1
        return errorCount < Limits.errorCount ? .reply(reply) : close(Replies.tooManyErrors)
    }

    private mutating func close(_ reply: Reply) -> Action {
        state = .closed
        return .close(reply)
    }
}

extension Command {
    /// What may not be said in the clear where TLS is required (RFC 3207 section 4).
    fileprivate var needsTLS: Bool {
        switch self {
        case .mail, .rcpt, .data, .bdat, .vrfy, .expn, .help, .auth: true
        case .ehlo, .helo, .rset, .noop, .quit, .startTLS, .unknown, .malformed: false
        }
    }
}

extension Envelope {
    fileprivate init(_ mail: MailParameters) {
        self.init(
            sender: mail.path, recipients: [], body: mail.body, isSMTPUTF8: mail.smtpUTF8,
            returnContent: mail.ret, envelopeID: mail.envid)
    }
}
