public import MailSyntax

/// What a script sees of a message and its envelope.
public struct SieveMessage: Sendable {
    /// The envelope's sender; nil is the null sender `<>`.
    public let sender: Address?
    /// The bytes at the front of the message, its whole header among them.
    public let head: [UInt8]
    /// Size of the whole message.
    public let byteCount: Int
    /// The fields in `head`.
    public let header: HeaderBlock
    let fields: [HeaderField]

    /// A message of which `head` holds at least the header.
    public init(sender: Address?, head: [UInt8], byteCount: Int) {
        self.sender = sender
        self.head = head
        self.byteCount = byteCount
        header = HeaderBlock(head)
        fields = header.fields.map { HeaderField($0, in: head) }
    }
}
