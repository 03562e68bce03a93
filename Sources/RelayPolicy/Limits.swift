/// Every bound on what scripts can make of one message.
enum Limits {
    /// Longest script in bytes.
    static let scriptByteCount = 1 << 20
    /// Addresses that redirections of one message may come to, over all recipients.
    static let redirectCount = 32
    /// Refused addresses that a reply names.
    static let namedRecipientCount = 10
    /// Different refusals that one reply tells of.
    static let namedRefusalCount = 3
}
