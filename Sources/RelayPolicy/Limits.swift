/// Every bound on what scripts can make of one message.
enum Limits {
    /// What scripts may take for one RCPT, where all connections of a thread wait for them.
    static let recipientTime = Duration.seconds(1)
    static let recipientWorkCount = 20_000_000
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
    /// What a program prints for `execute`, and for `filter`, in bytes.
    static let programOutputByteCount = 64 << 10
    static let filteredByteCount = 64 << 20
    /// Files in the folder of programs.
    static let programFileCount = 10_000
    /// What is read of a message at a time, in bytes.
    static let windowByteCount = 64 << 10
    /// Identifiers, and keys, that are remembered of earlier messages.
    static let rememberedCount = 100_000
    /// Longest time that anything is remembered for, in seconds.
    static let memorySeconds = 90 * 86_400
    /// Largest file of a list in bytes, and entries of one.
    static let listByteCount = 4 << 20
    static let listEntryCount = 200_000
}
