/// What the body of a message may hold (RFC 6152, RFC 3030): the BODY parameter of MAIL.
public enum BodyType: UInt8, Sendable, Hashable {
    /// 7-bit text; also when no BODY parameter was given.
    case sevenBit = 0
    /// Lines with bytes above 127.
    case eightBitMIME = 1
    /// Any bytes, sent with BDAT only.
    case binaryMIME = 2
}

/// The RET parameter of MAIL: how much of a message a report returns (RFC 3461 section 4.3).
public enum ReturnContent: UInt8, Sendable, Hashable {
    /// The whole message.
    case full = 1
    /// Its header only.
    case headers = 2

    /// The word of RET.
    public var keyword: String {
        switch self {
        case .full: "FULL"
        case .headers: "HDRS"
        }
    }
}

/// The NOTIFY parameter of RCPT (RFC 3461 section 4.1); `never` stands alone.
public struct NotifyConditions: OptionSet, Sendable, Hashable {
    /// The conditions as bits.
    public let rawValue: UInt8
    /// Conditions from their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// No report under any condition.
    public static let never = NotifyConditions(rawValue: 1)
    /// A report when the message was delivered.
    public static let success = NotifyConditions(rawValue: 2)
    /// A report when delivery failed for good.
    public static let failure = NotifyConditions(rawValue: 4)
    /// A report when delivery takes unusually long.
    public static let delay = NotifyConditions(rawValue: 8)

    /// The words of NOTIFY.
    public var keywords: [String] {
        let words: [(NotifyConditions, String)] = [
            (.never, "NEVER"), (.success, "SUCCESS"), (.failure, "FAILURE"), (.delay, "DELAY"),
        ]
        return words.filter { contains($0.0) }.map(\.1)
    }
}

/// One recipient of an envelope with the DSN parameters it came with.
public struct Recipient: Hashable, Sendable {
    /// Where the message goes.
    public var address: Address
    /// NOTIFY as given; nil when it was not, which means failure and delay.
    public var notify: NotifyConditions?
    /// ORCPT as given, `type;xtext`.
    public var originalRecipient: String?

    /// A recipient; the DSN parameters are absent unless given.
    public init(_ address: Address, notify: NotifyConditions? = nil, originalRecipient: String? = nil) {
        self.address = address
        self.notify = notify
        self.originalRecipient = originalRecipient
    }
}

/// Sender and recipients of one mail transaction with the parameters that travel with them.
public struct Envelope: Hashable, Sendable {
    /// The reverse path; nil is the null sender `<>`.
    public var sender: Address?
    /// The recipients in the order they came.
    public var recipients: [Recipient]
    /// BODY of MAIL.
    public var body: BodyType
    /// SMTPUTF8 of MAIL (RFC 6531).
    public var isSMTPUTF8: Bool
    /// RET of MAIL.
    public var returnContent: ReturnContent?
    /// ENVID of MAIL, as xtext.
    public var envelopeID: String?

    /// An envelope; parameters are absent unless given.
    public init(
        sender: Address?, recipients: [Recipient], body: BodyType = .sevenBit, isSMTPUTF8: Bool = false,
        returnContent: ReturnContent? = nil, envelopeID: String? = nil
    ) {
        self.sender = sender
        self.recipients = recipients
        self.body = body
        self.isSMTPUTF8 = isSMTPUTF8
        self.returnContent = returnContent
        self.envelopeID = envelopeID
    }
}
