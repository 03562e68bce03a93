/// What the program that hands in mail bounds.
enum Limits {
    /// Bytes of standard input read at once.
    static let inputByteCount = 64 << 10
    /// Bytes of a message that go out at once.
    static let windowByteCount = 64 << 10
    /// RCPT commands in one write, so that neither side waits for room while the other does.
    static let pipelinedRecipientCount = 100
    /// How long a listener of this machine may take to be there.
    static let connectPatience = Duration.seconds(10)
    /// The same for a reply; then the maildrop takes the message.
    static let replyPatience = Duration.seconds(60)
    /// The same for the reply to the message, which waits for policy and disk.
    static let finalPatience = Duration.seconds(300)
    /// Longest word of RFC 2047, its frame included.
    static let encodedWordByteCount = 75
}
