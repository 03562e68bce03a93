public import MailSyntax

/// What a script sees of a message.
public struct SieveMessage: Sendable {
    /// The bytes at the front of the message, its whole header among them.
    public let head: [UInt8]
    /// Size of the whole message.
    public let byteCount: Int
    /// The whole message, for tests that look behind the header; nil: the host does not offer it.
    public internal(set) var content: SieveContent?
    /// The fields in `head`.
    public let header: HeaderBlock
    let fields: [HeaderField]

    /// A message of which `head` holds at least the header.
    public init(head: [UInt8], byteCount: Int, content: SieveContent? = nil) {
        self.content = content
        self.head = head
        self.byteCount = byteCount
        header = HeaderBlock(head)
        fields = header.fields.map { HeaderField($0, in: head) }
    }
}

/// What a script sees of an envelope: one recipient's.
public struct SieveEnvelope: Hashable, Sendable {
    /// The envelope's sender; nil is the null sender `<>`.
    public var sender: Address?
    /// The recipient whom the script judges for.
    public var recipient: Recipient
    /// Whom the client has authenticated as.
    public var user: String?
    /// RET of MAIL.
    public var returnContent: ReturnContent?
    /// ENVID of MAIL, as xtext.
    public var envelopeID: String?

    /// An envelope; what is not given is absent.
    public init(
        sender: Address?, recipient: Recipient, user: String? = nil, returnContent: ReturnContent? = nil,
        envelopeID: String? = nil
    ) {
        self.sender = sender
        self.recipient = recipient
        self.user = user
        self.returnContent = returnContent
        self.envelopeID = envelopeID
    }
}
