/// The bookkeeping of one outgoing transaction: which reply is owed next, and what was answered so far.
///
/// Commands may go out one by one or, where the server offers PIPELINING (RFC 2920), MAIL, all RCPTs
/// and DATA in one write; the replies come in that order either way.
public struct Transaction: Hashable, Sendable {
    /// What the next reply answers.
    public enum Step: Hashable, Sendable {
        /// MAIL
        case mail
        /// The RCPT of this number, from 0.
        case recipient(Int)
        /// DATA
        case data
        /// The final dot.
        case message
    }

    /// The reply to MAIL.
    public private(set) var mailReply: Reply?
    /// The replies to the RCPTs, in their order.
    public private(set) var recipientReplies: [Reply?]
    /// The reply to DATA.
    public private(set) var dataReply: Reply?
    /// The reply to the final dot.
    public private(set) var finalReply: Reply?
    private var answeredRecipientCount = 0

    /// A transaction of so many recipients, of which nothing is answered.
    public init(recipientCount: Int) {
        precondition(recipientCount > 0, "a transaction has recipients")
        recipientReplies = Array(repeating: nil, count: recipientCount)
    }

    /// What the next reply answers; nil when none is owed any more.
    public var owed: Step? {
        if mailReply == nil { return .mail }
        if answeredRecipientCount < recipientReplies.count { return .recipient(answeredRecipientCount) }
        guard let dataReply else { return .data }
        return dataReply.isGoAhead && finalReply == nil ? .message : nil
    }

    /// Records the next owed reply.
    public mutating func record(_ reply: Reply) {
        switch owed {
        case .mail: mailReply = reply
        case .recipient(let number):
            recipientReplies[number] = reply
            answeredRecipientCount += 1
        case .data: dataReply = reply
        case .message: finalReply = reply
        case nil: preconditionFailure("no reply is owed")
        }
    }

    /// The numbers of the recipients that the server took.
    public var acceptedRecipients: [Int] {
        guard mailReply?.isAcceptance == true else { return [] }
        return recipientReplies.indices.filter { recipientReplies[$0]?.isAcceptance == true }
    }

    /// MAIL and at least one RCPT were taken and all are answered: DATA is worth sending.
    public var wantsData: Bool { owed == .data && !acceptedRecipients.isEmpty }

    /// DATA was answered 354 and a recipient was taken: the server waits for the message.
    public var wantsBody: Bool { owed == .message && !acceptedRecipients.isEmpty }

    /// DATA was answered 354 although no recipient was taken: a lone dot must end it, so that the
    /// connection can go on (RFC 2920 section 3.1).
    public var wantsEmptyBody: Bool { owed == .message && acceptedRecipients.isEmpty }
}

extension Reply {
    /// 250, or 251 for a recipient that the server will forward.
    fileprivate var isAcceptance: Bool { code / 100 == 2 }
    /// 354
    fileprivate var isGoAhead: Bool { code / 100 == 3 }
}
