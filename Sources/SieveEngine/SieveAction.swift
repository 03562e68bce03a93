public import MailSyntax

/// Something that scripts want done with a message; the engine itself does nothing.
public struct SieveAction: Hashable, Sendable {
    /// What is wanted.
    public enum Kind: Hashable, Sendable {
        /// The message goes on to its recipient.
        case keep
        /// It goes nowhere, unless another action says so.
        case discard
        /// It goes to this address: instead of the recipient, or as well.
        case redirect(Address, isCopy: Bool)
        /// It is refused with these words.
        case reject(String)
        /// It takes this way.
        case stream(String)
        /// It waits for a person.
        case hold(reason: String, tag: String?)
    }

    /// What is wanted.
    public let kind: Kind
    /// The script and line that want it, `data.sieve:14`; nil: nobody objected to the message going on.
    public let rule: String?
    /// For what lets the message go on: its header at that point, up to the empty line; nil: as received.
    public let headerPieces: [Piece]?
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
    /// More actions than `Limits` allows.
    case tooManyActions
    /// More added fields than `Limits` allows.
    case tooManyFields
    /// A header value is longer than `Limits` allows.
    case valueTooLong

    /// Words for the journal.
    public var description: String {
        switch self {
        case .conflict(let new, let old, let rule): "\"\(new)\" conflicts with \"\(old)\" at \(rule)"
        case .tooManySteps: "more than \(Limits.stepCount) steps"
        case .tooManyActions: "more than \(Limits.actionCount) actions"
        case .tooManyFields: "more than \(Limits.addedFieldCount) added header fields"
        case .valueTooLong: "a header value is longer than \(Limits.headerValueByteCount) bytes"
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
