public import MailSyntax

/// A short message to persons about this one (RFC 5435, RFC 5436).
public struct SieveNotice: Hashable, Sendable {
    /// How urgent it is (RFC 5435 section 3.4).
    public enum Importance: Int, Hashable, Sendable {
        /// Read it at once.
        case high = 1
        /// The default.
        case normal = 2
        /// Whenever there is time.
        case low = 3
    }

    /// To whom.
    public var recipients: [Address]
    /// To whom as well.
    public var copied: [Address]
    /// To whom besides, not named in it.
    public var blindRecipients: [Address]
    /// The sender that the script asks for.
    public var from: Address?
    /// Its subject; nil: the script gives none.
    public var subject: String?
    /// Its text; nil: the script gives none.
    public var body: String?
    /// Further fields of its header, by name.
    public var fields: [Field]
    /// How urgent it is.
    public var importance: Importance

    /// A field of the header.
    public struct Field: Hashable, Sendable {
        /// As the script has it.
        public let name: String
        /// On one line.
        public let value: String
    }
}
