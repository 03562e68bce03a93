import MailSyntax
import SMTPProtocol

/// What the replies of one transaction mean for each of its recipients, and for the smart host.
struct Outcome: Hashable, Sendable {
    enum Fate: Hashable, Sendable {
        case delivered
        /// Later, after a delay.
        case retry
        /// At once, in a further transaction: this one was full.
        case again
        case failed
        /// The connection broke after the final dot: taken or not, nobody knows.
        case uncertain
    }

    /// The outcome for one recipient.
    struct Result: Hashable, Sendable {
        let fate: Fate
        let reply: Reply?
        let status: EnhancedStatus
        let reason: String?

        init(_ fate: Fate, reply: Reply) {
            self.fate = fate
            self.reply = reply
            self.status = reply.status ?? EnhancedStatus(reply.code / 100, 0, 0)
            self.reason = nil
        }

        init(_ fate: Fate, status: EnhancedStatus, reason: String) {
            self.fate = fate
            self.reply = nil
            self.status = status
            self.reason = reason
        }
    }

    /// How the dialogue ended.
    enum Ending: Hashable, Sendable {
        case complete
        case broken(reason: String, finalDotSent: Bool)
    }

    /// One for each recipient of the transaction.
    let results: [Result]
    /// What the transaction showed about the smart host itself.
    let trouble: Trouble?
    /// Nothing was decided before MAIL was answered, or MAIL was answered 4xx: another smart host may be tried.
    let allowsFailover: Bool
    /// The connection is of no further use.
    let closesConnection: Bool

    init(_ transaction: Transaction, ending: Ending = .complete) {
        let reading = Reading(transaction: transaction, ending: ending)
        results = reading.results
        trouble = reading.trouble
        allowsFailover = transaction.mailReply?.isTemporary ?? true
        closesConnection = reading.closesConnection
    }

    /// The connection was of no use from the start of the transaction: it ended, or is being ended (421).
    var isStaleConnection: Bool { allowsFailover && closesConnection }
}

/// Reads a transaction's replies, each in the light of those before.
private struct Reading {
    let transaction: Transaction
    let ending: Outcome.Ending

    var results: [Outcome.Result] {
        guard let mail = transaction.mailReply else { return all(lost) }
        guard mail.code / 100 == 2 else { return all(judge(mail)) }
        var acceptedCount = 0
        return transaction.recipientReplies.map { reply in
            guard let reply else { return lost }
            if reply.code / 100 == 2 {
                acceptedCount += 1
                return message
            }
            return reply.meansTransactionIsFull && acceptedCount > 0
                ? .init(.again, reply: reply) : judge(reply)
        }
    }

    /// What became of the recipients that were accepted.
    private var message: Outcome.Result {
        guard let data = transaction.dataReply else { return lost }
        guard data.code == 354 else { return judge(data) }
        guard let final = transaction.finalReply else { return lost }
        return final.code / 100 == 2 ? .init(.delivered, reply: final) : judge(final)
    }

    /// A reply that is not the hoped-for one. 530 speaks of our login; a positive one that does not belong here
    /// is no answer.
    private func judge(_ reply: Reply) -> Outcome.Result {
        .init(reply.isPermanent && reply.code != 530 ? .failed : .retry, reply: reply)
    }

    private var lost: Outcome.Result {
        let status = EnhancedStatus(4, 4, 2)
        guard case .broken(let reason, let finalDotSent) = ending else {
            return .init(.retry, status: status, reason: "no reply")
        }
        return .init(finalDotSent ? .uncertain : .retry, status: status, reason: reason)
    }

    private func all(_ result: Outcome.Result) -> [Outcome.Result] {
        transaction.recipientReplies.map { _ in result }
    }

    var trouble: Trouble? {
        if let reply = replies.first(where: { $0.code == 530 }) {
            return Trouble(.login, reply: reply, reason: "the smart host wants a login that it did not get")
        }
        guard let mail = transaction.mailReply else {
            guard case .broken(let reason, _) = ending else { return nil }
            return Trouble(.unreachable, reason: reason)
        }
        return mail.code == 421 ? Trouble(.refusing, reply: mail, reason: "refused to take mail") : nil
    }

    var closesConnection: Bool {
        if ending != .complete { return true }
        return replies.contains { $0.code == 421 || $0.code == 530 } || isOutOfStep
    }

    /// A positive reply where none belongs: what the other side thinks is unknown.
    private var isOutOfStep: Bool {
        let answers = [transaction.mailReply, transaction.finalReply] + transaction.recipientReplies
        if answers.contains(where: { $0.map { $0.code / 100 == 3 } ?? false }) { return true }
        return transaction.dataReply.map { $0.isPositive && $0.code != 354 } ?? false
    }

    private var replies: [Reply] {
        ([transaction.mailReply, transaction.dataReply, transaction.finalReply] + transaction.recipientReplies)
            .compactMap(\.self)
    }
}

extension Reply {
    /// Too many recipients (RFC 5321 section 4.5.3.1.10, where 552 is told to be read as 452).
    fileprivate var meansTransactionIsFull: Bool {
        (code == 452 || code == 552) && (status == nil || status == EnhancedStatus(code / 100, 5, 3))
    }
}
