public import MailSyntax

/// Something that scripts want done with a message; the engine itself does nothing.
public struct SieveAction: Hashable, Sendable {
    /// What is wanted.
    public enum Kind: Hashable, Sendable {
        /// The message goes on to its recipient.
        case keep
        /// It goes nowhere, unless another action says so.
        case discard
        /// It goes to another address: instead of the recipient, or as well.
        case redirect(SieveRedirection)
        /// It is refused with these words, line by line; at least one line, which may be empty.
        case reject([String])
        /// The client is to come again, with these words.
        case deferral(String)
        /// It takes this way.
        case stream(String)
        /// It waits for a person.
        case hold(SieveHold)
        /// It is stored in this folder.
        case store(folder: String, isCopy: Bool)
        /// A person is told of it.
        case notice(SieveNotice)
        /// Later messages of this identifier are duplicates, for so many seconds (RFC 7352).
        case remember([UInt8], seconds: Int)
        /// Something is counted under a key.
        case count(SieveCount)
    }

    /// What is wanted.
    public let kind: Kind
    /// The script and line that want it, `data.sieve:14`; nil: nobody objected to the message going on.
    public let rule: String?
    /// For what lets the message go on: its header at that point, up to the empty line; nil: as received.
    public let headerPieces: [Piece]?
    /// The same for what stands behind the header, from its empty line to the end of the message.
    public let bodyPieces: [Piece]?

    init(kind: Kind, rule: String?, _ outgoing: OutgoingPieces) {
        self.kind = kind
        self.rule = rule
        headerPieces = outgoing.header
        bodyPieces = outgoing.body
    }
}

/// A message that waits for a person (`vnd.postern.hold`).
public struct SieveHold: Hashable, Sendable {
    /// Why, in words for that person.
    public var reason: String
    /// Of what kind it is.
    public var tag: String?
    /// How long it waits, in seconds; nil: as long as the host lets all mail wait.
    public var seconds: Int?
    /// Who is told of it besides.
    public var notify: Address?
}

/// A message sent to another address (RFC 5228 section 4.2).
public struct SieveRedirection: Hashable, Sendable {
    /// Where it goes.
    public var address: Address
    /// The recipient gets it as well (RFC 3894).
    public var isCopy = false
    /// When to report of this copy (RFC 6009 section 5); nil: as the message came.
    public var notify: NotifyConditions?
    /// How much a report returns; nil: as the message came.
    public var returnContent: ReturnContent?

    /// A redirection; nothing else is asked unless set.
    public init(_ address: Address, isCopy: Bool = false) {
        self.address = address
        self.isCopy = isCopy
    }

    /// When to report of what goes in a recipient's place, or beside it. Where the script asks for nothing, one in its
    /// place has the conditions under which the sender wants to hear of the mail; of a copy the sender knows nothing.
    public func notify(for recipient: Recipient) -> NotifyConditions? {
        notify ?? (isCopy ? nil : recipient.notify)
    }
}

/// What `overlimit` counts of a message.
public struct SieveCount: Hashable, Sendable {
    /// What is counted and under which key; equal for tests that count together.
    public var key: [UInt8]
    /// How much.
    public var amount: Int
    /// The time that counts, in seconds.
    public var seconds: Int
    /// Each recipient counts for itself; else the message counts once, whoever it goes to.
    public var isPerRecipient: Bool
}

/// What all scripts together want.
public struct SieveResult: Hashable, Sendable {
    /// In the order of the scripts; the implicit keep is the last.
    public let actions: [SieveAction]
}

/// Why a run cannot go on.
public enum SieveFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two actions that exclude each other, by their names, and the rule of the first.
    case conflict(String, with: String, at: String)
    /// More instructions than `Limits` allows.
    case tooManySteps
    /// More actions than allowed.
    case tooManyActions(limit: Int)
    /// More of one kind of action than allowed; the kind by its name.
    case tooMany(String, limit: Int)
    /// More added fields than `Limits` allows.
    case tooManyFields
    /// A header value is longer than `Limits` allows.
    case valueTooLong
    /// A part is longer than `Limits` allows.
    case partTooLong
    /// A string that variables made is not what its place asks for.
    case unfit(String)
    /// More bytes looked at, decoded and compared than `SieveLimits` allows.
    case tooMuchWork
    /// A program did not do what it was run for, in words.
    case program(String, failed: String)
    /// The host's time for the scripts is over.
    case overdue
    /// The script itself says that something is wrong (RFC 5463 section 5).
    case raised(String)

    /// Words for the journal.
    public var description: String {
        switch self {
        case .conflict(let new, let old, let rule): "\"\(new)\" conflicts with \"\(old)\" at \(rule)"
        case .tooManySteps: "more than \(Limits.stepCount) steps"
        case .tooManyActions(let limit): "more than \(limit) actions"
        case .tooMany(let name, let limit): "more than \(limit) of \"\(name)\""
        case .tooManyFields: "more than \(Limits.addedFieldCount) added header fields"
        case .valueTooLong: "a header value is longer than \(Limits.headerValueByteCount) bytes"
        case .partTooLong: "a part is longer than \(Limits.decodedByteCount) bytes"
        case .tooMuchWork: "this message makes too much work"
        case .program(let name, let text): "program \"\(name)\": \(text)"
        case .unfit(let text): text
        case .overdue: "not done in time"
        case .raised(let text): text
        }
    }
}

/// A fault and where it happened. Nothing that the scripts wanted counts.
public struct SieveRuntimeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened.
    public let fault: SieveFault
    /// The script and line, `data.sieve:14`.
    public let rule: String

    /// `data.sieve:14: "reject" conflicts with "keep" at data.sieve:12`
    public var description: String { "\(rule): \(fault)" }
}
