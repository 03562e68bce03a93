public import MailSyntax

/// One accepted transaction as the spool knows it; the message's bytes apart.
public struct Entry: Hashable, Sendable {
    /// Its name for ever.
    public let id: QueueID
    /// What the client gave.
    public let envelope: Envelope
    /// Who the client was.
    public let origin: Origin
    /// The Message-ID of the message.
    public let messageID: String?
    /// Of a report: the entry it tells of.
    public let parent: QueueID?
    /// Length of the message as received.
    public let messageByteCount: Int
    /// All of its shares, ended ones too; number 1 first.
    public internal(set) var shares: [Share]
}

/// The recipients of an entry with equal stream, hold and edits, and how far they are.
public struct Share: Hashable, Sendable {
    /// From 1.
    public let number: Int
    /// In the order of the envelope.
    public internal(set) var recipients: [ShareRecipient]
    /// Where it leaves.
    public internal(set) var stream: String
    /// Whether it waits, for whom, or is through.
    public internal(set) var standing: Standing
    /// Attempts that count.
    public internal(set) var attemptCount: Int
    /// When it is due; of one that ended by an attempt, when it did.
    public internal(set) var nextAttemptAt: Timestamp
    /// What the last attempt met; empty before it.
    public internal(set) var lastReply: String
    /// The sender was told that it takes long.
    public internal(set) var isWarned: Bool
    /// How long it was held, all holds that are over together.
    public internal(set) var heldFor = Duration.zero
    /// The outgoing message as ranges of the file; nil: as received.
    public let pieces: [StoredPiece]?
    /// What the policy chose it by, `script:line`.
    public let rule: String?
    /// How much of it a report returns (RET); nil: as the client asked.
    public internal(set) var returnContent: ReturnContent?
}

extension Entry {
    /// What the client gave, with what the policy asks otherwise for one of its shares.
    public func envelope(of share: Share) -> Envelope {
        var envelope = envelope
        envelope.returnContent = share.returnContent ?? envelope.returnContent
        return envelope
    }
}

/// A recipient of a share and what became of it.
public struct ShareRecipient: Hashable, Sendable {
    /// Where the message goes.
    public let recipient: Recipient
    /// The recipient of the envelope that the policy replaced by this one.
    public let redirectedFrom: Address?
    /// What became of it.
    public internal(set) var status: RecipientStatus
    /// The reply that decided, or that came last; may be empty.
    public internal(set) var reply: String

    /// A recipient to whom nothing happened yet.
    public init(_ recipient: Recipient, redirectedFrom: Address? = nil) {
        self.recipient = recipient
        self.redirectedFrom = redirectedFrom
        status = .pending
        reply = ""
    }
}

/// What became of a recipient. The numbers are stored.
public enum RecipientStatus: UInt8, Hashable, Sendable {
    /// Nothing final.
    case pending = 0
    /// The smart host took it.
    case delivered = 1
    /// Refused for good.
    case failed = 2
    /// Tried for too long.
    case expired = 3
    /// Dropped by the policy.
    case discarded = 4
    /// Removed by a person.
    case deleted = 5
    /// Goes on in an entry of its own.
    case requeued = 6
}

/// Where a share stands.
public enum Standing: Hashable, Sendable {
    /// It is due, or will be.
    case waiting
    /// A person must release it.
    case held(Hold)
    /// Nothing is left to do.
    case ended
}

/// Why a share waits for a person.
public struct Hold: Hashable, Sendable {
    /// In words.
    public let reason: String
    /// What the script sorts it by.
    public let tag: String?
    /// What held it, `script:line`.
    public let rule: String?
    /// Since when.
    public let heldAt: Timestamp
    /// When it is over, if whoever held it said so.
    public let endsAt: Timestamp?

    /// A hold.
    public init(
        reason: String, tag: String? = nil, rule: String? = nil, heldAt: Timestamp, endsAt: Timestamp? = nil
    ) {
        self.endsAt = endsAt
        self.reason = reason
        self.tag = tag
        self.rule = rule
        self.heldAt = heldAt
    }
}

/// A stretch of an outgoing message, by its place in the file.
public struct StoredPiece: Hashable, Sendable {
    /// Whether it is of the message as received; else it was added and lies behind it.
    public let isOriginal: Bool
    /// Where in the file.
    public let range: Range<Int>
}

/// A share that is to be stored.
public struct NewShare: Hashable, Sendable {
    /// At least one.
    public var recipients: [ShareRecipient]
    /// Where it leaves.
    public var stream: String
    /// nil: it waits for delivery.
    public var hold: Hold?
    /// The whole outgoing message; nil: as received.
    public var pieces: [Piece]?
    /// What the policy chose it by, `script:line`.
    public var rule: String?
    /// How much of it a report returns (RET); nil: as the client asked.
    public var returnContent: ReturnContent?

    /// A share that is to be stored.
    public init(
        recipients: [ShareRecipient], stream: String, hold: Hold? = nil, pieces: [Piece]? = nil,
        rule: String? = nil
    ) {
        self.recipients = recipients
        self.stream = stream
        self.hold = hold
        self.pieces = pieces
        self.rule = rule
    }

    /// A share of recipients as they came.
    public init(
        recipients: [Recipient], stream: String, hold: Hold? = nil, pieces: [Piece]? = nil,
        rule: String? = nil
    ) {
        self.init(
            recipients: recipients.map { ShareRecipient($0) }, stream: stream, hold: hold, pieces: pieces,
            rule: rule)
    }
}

/// All that is stored of a transaction with its message.
public struct NewEntry: Hashable, Sendable {
    /// What the client gave.
    public var envelope: Envelope
    /// Who the client is.
    public var origin: Origin
    /// The Message-ID of the message.
    public var messageID: String?
    /// Of a report: the entry it tells of.
    public var parent: QueueID?
    /// At least one.
    public var shares: [NewShare]

    /// A transaction to be stored.
    public init(
        envelope: Envelope, origin: Origin, messageID: String? = nil, parent: QueueID? = nil,
        shares: [NewShare]
    ) {
        self.envelope = envelope
        self.origin = origin
        self.messageID = messageID
        self.parent = parent
        self.shares = shares
    }
}
