import MailSyntax
import SMTPProtocol

/// The loop of a server without a socket: bytes in, bytes out. Addresses whose local part begins with
/// `refused` are refused; a message is answered with its size.
struct SessionHarness {
    private var session: ServerSession
    private var framer = LineFramer(limit: Limits.commandLineByteCount)
    private var decoder: DotDecoder?
    private var message: [UInt8] = []
    private(set) var messages: [(envelope: Envelope, bytes: [UInt8])] = []
    private(set) var output: [UInt8]
    private(set) var isClosed = false

    init(offer: ServerSession.Offer) {
        session = ServerSession(offer: offer)
        output = session.greeting.bytes
    }

    mutating func receive(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        if decoder == nil { framer.append(bytes) } else { readBody(bytes) }
        while !isClosed, decoder == nil, let framed = framer.next() {
            perform(session.framingViolation(framed))
        }
    }

    private mutating func perform(_ action: ServerSession.Action) {
        switch action {
        case .reply(let reply): output += reply.bytes
        case .judgeSender(let mail):
            let reply =
                if let refusal = refusal(of: mail.path) {
                    session.senderJudged(refusal: refusal)
                } else {
                    session.senderJudged(accepted: mail.path)
                }
            output += reply.bytes
        case .judgeRecipient(let rcpt):
            let reply =
                if let refusal = refusal(of: rcpt.address) {
                    session.recipientJudged(refusal: refusal)
                } else {
                    session.recipientJudged(accepted: [rcpt.recipient])
                }
            output += reply.bytes
        case .receiveLines(let goAhead):
            output += goAhead.bytes
            decoder = DotDecoder()
            readBody(framer.takeBuffered())
        case .startTLS(let reply):
            output += reply.bytes
            if framer.isEmpty { session.tlsStarted() } else { isClosed = true }
        case .close(let reply):
            output += reply.bytes
            isClosed = true
        }
    }

    private mutating func readBody(_ bytes: [UInt8]) {
        var input = bytes[...]
        switch decoder?.decode(&input, into: &message) {
        case .more, nil: return
        case .violation:
            output += Reply(550, EnhancedStatus(5, 6, 0), "Bare CR or LF in data").bytes
            isClosed = true
        case .end:
            output += Reply(250, EnhancedStatus(2, 0, 0), "Ok: \(message.count) bytes").bytes
            if let envelope = session.envelope { messages.append((envelope, message)) }
        }
        session.messageEnded()
        message = []
        decoder = nil
        framer.append(Array(input))
    }

    private func refusal(of address: Address?) -> Reply? {
        guard let address, address.localPart.hasPrefix("refused") else { return nil }
        return Reply(550, EnhancedStatus(5, 7, 1), "Refused")
    }
}
