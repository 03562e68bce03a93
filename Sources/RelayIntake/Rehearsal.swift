package import MailSyntax
package import RelayPolicy
package import RelaySettings
import SMTPProtocol
import Transport

/// What intake would answer to a transaction, by the rules that it works with, and without taking it.
///
/// What only a running relay knows is left out: the room of the spool, how much is held, how many are connected.
package struct Rehearsal: Sendable {
    /// The transaction as a client would say it.
    package struct Script: Sendable {
        package var listener: ListenerSettings
        package var origin: Origin
        /// An address, or nothing for `<>`.
        package var sender: String
        package var recipients: [String]
        /// Front and size of the message as it would be received; `head` as long as `Rehearsal.headByteCount` if the
        /// message is.
        package var head: [UInt8]
        package var byteCount: Int
        /// It holds bytes above 127, of which a client tells before.
        package var isEightBit: Bool
        /// Reads a range of the message.
        package var read: @Sendable (Range<Int>) -> [UInt8]

        package init(
            listener: ListenerSettings, origin: Origin, sender: String, recipients: [String], head: [UInt8],
            byteCount: Int, isEightBit: Bool, read: (@Sendable (Range<Int>) -> [UInt8])? = nil
        ) {
            self.listener = listener
            self.origin = origin
            self.sender = sender
            self.recipients = recipients
            self.head = head
            self.byteCount = byteCount
            self.isEightBit = isEightBit
            self.read = read ?? { Array(head[$0.clamped(to: 0..<head.count)]) }
        }
    }

    /// The answer to one RCPT.
    package struct RecipientAnswer: Hashable, Sendable {
        package var given: String
        /// What it stands for; empty where it is refused.
        package var addresses: [Address]
        package var reply: String
    }

    /// How much of a message's front is judged.
    package static let headByteCount = Limits.headByteCount

    /// The answer to MAIL.
    package private(set) var senderReply = ""
    package private(set) var recipients: [RecipientAnswer] = []
    /// What the scripts and routes judged; its sender is the one under which the mail would go on.
    package private(set) var envelope: Envelope?
    /// nil: it did not come so far.
    package private(set) var verdict: Verdict?
    /// The answer that decides: to the message, or to the command that ends the matter before.
    package private(set) var reply = ""
    /// 250 to the message.
    package private(set) var isAccepted = false

    /// How many of the recipients that were given would be refused, by intake or by the policy.
    package var refusedCount: Int {
        let here = recipients.count { $0.addresses.isEmpty }
        guard case .accept(let plan) = verdict else { return here }
        return here + plan.refused.reduce(0) { $0 + $1.recipients.count }
    }

    private var firstRefusal: Reply?
    private let script: Script
    private let settings: Settings
    private let policy: Policy
    private let aids: JudgingAids
    private var session: ServerSession

    /// Goes through the transaction; `observer` is told of the policy's steps.
    package init(
        _ script: Script, settings: Settings, policy: Policy, aids: JudgingAids = JudgingAids(),
        observer: PolicyObserver? = nil
    ) {
        self.script = script
        self.settings = settings
        self.policy = policy
        self.aids = aids
        let listener = script.listener
        // Where TLS is required the client is taken for one that uses it.
        session = ServerSession(
            offer: ServerSession.Offer(
                hostname: settings.hostname, sizeLimit: listener.maxMessageByteCount,
                recipientLimit: listener.maxRecipients, tls: listener.tls == .required ? .active : .off))
        let refusal = refusalOfEnvelope() ?? refusalOfMessage(observer)
        isAccepted = refusal == nil
        reply = (refusal ?? Reply(250, EnhancedStatus(2, 0, 0), "Ok: queued as ID")).text
    }

    private mutating func refusalOfEnvelope() -> Reply? {
        _ = session.receive(.ehlo(script.origin.heloName))
        let access = ClientAccess(
            client: IPAddress(script.origin.client), listener: script.listener,
            addresses: settings.localAddresses)
        let body = script.isEightBit ? " BODY=8BITMIME" : ""
        let answer = say("MAIL FROM:<\(script.sender)> SIZE=\(script.byteCount)\(body)", access)
        senderReply = answer.text
        guard answer.isPositive else { return answer }
        for recipient in script.recipients {
            let before = session.envelope?.recipients.count ?? 0
            let answer = say("RCPT TO:<\(recipient)>", access)
            if !answer.isPositive { firstRefusal = firstRefusal ?? answer }
            let added = session.envelope?.recipients.dropFirst(before) ?? []
            recipients.append(
                RecipientAnswer(given: recipient, addresses: added.map(\.address), reply: answer.text))
        }
        envelope = session.envelope
        // What DATA would be answered then says less.
        if let refused = firstRefusal, envelope?.recipients.isEmpty ?? true { return refused }
        let answerToData = say("DATA", access)
        return answerToData.isPositive ? nil : answerToData
    }

    /// The session's answer to a command, judged as intake does.
    private mutating func say(_ line: String, _ access: ClientAccess) -> Reply {
        switch session.receive(CommandParser.parse(Array(line.utf8))) {
        case .judgeSender(let mail): return session.senderJudged(accepted: access.judge(sender: mail.path))
        case .judgeRecipient(let rcpt):
            switch access.judge(rcpt.recipient) {
            case .accepted(let found):
                let refusal = session.envelope.flatMap {
                    policy.refusal(of: found, in: $0, origin: script.origin, JudgingAids())
                }
                return refusal.map { session.recipientJudged(refusal: $0) }
                    ?? session.recipientJudged(accepted: found)
            case .refused(let refusal): return session.recipientJudged(refusal: refusal)
            }
        case .reply(let reply), .close(let reply), .startTLS(let reply), .receiveLines(let reply):
            return reply
        }
    }

    private mutating func refusalOfMessage(_ observer: PolicyObserver?) -> Reply? {
        guard let envelope else { return nil }
        let head = MessageHead(script.head, byteCount: script.byteCount)
        if let refusal = head.refusal { return refusal }
        var message = JudgedMessage(
            envelope: envelope, origin: script.origin, head: head.bytes, byteCount: head.byteCount,
            read: script.read)
        message.id = "ID"
        let verdict = policy.judge(message, aids, observer: observer)
        self.verdict = verdict
        switch verdict {
        case .accept(let plan):
            return plan.isTooLarge(head.byteCount, for: settings.streams) ? .messageTooLarge : nil
        case .refuse(let refusal): return Reply(refusal)
        case .deferAll(let deferral): return Reply(deferral)
        }
    }
}
