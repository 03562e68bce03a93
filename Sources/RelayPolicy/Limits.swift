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
    /// Messages whose bodies are read at once, and messages that may wait for programs at once.
    static let readerCount = 4
    static let programCount = 16
    /// Identifiers, and keys, that are remembered of earlier messages.
    static let rememberedCount = 100_000
    /// Longest time that anything is remembered for, in seconds.
    static let memorySeconds = 90 * 86_400
    /// Largest file of a list in bytes, and entries of one.
    static let listByteCount = 4 << 20
    static let listEntryCount = 200_000
}
