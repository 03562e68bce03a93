/// Every bound on what a message or a peer can make this module hold or do.
public enum Limits {
    /// Longest local part in bytes (RFC 5321 section 4.5.3.1.1).
    public static let localPartByteCount = Address.localPartByteCountLimit
    /// Longest domain in bytes (RFC 5321 section 4.5.3.1.2).
    public static let domainByteCount = Address.domainByteCountLimit
    /// Longest label of a domain in bytes (RFC 1035 section 2.3.4).
    public static let domainLabelByteCount = 63
    /// Fields of one header; more are taken for the body, as no real message has them.
    public static let headerFieldCount = 10_000
    /// Longest name of a header field in bytes.
    public static let fieldNameByteCount = 256
    /// Addresses read from one header field.
    public static let mailboxCount = 10_000
    /// Length in bytes up to which composed header lines are filled; only a longer word exceeds it
    /// (RFC 5322 section 2.1.1).
    public static let foldedLineByteCount = 78
    /// Most of a failed message that its report returns; a longer one is returned as its header.
    public static let returnedMessageByteCount = 64 * 1024
    /// Longest Message-ID that is quoted in another message, in bytes.
    public static let messageIDByteCount = 500
    /// Longest date that is read, in bytes.
    static let dateByteCount = 200
    /// Recipients that one report tells of one by one.
    public static let reportedRecipientCount = 1000
}
