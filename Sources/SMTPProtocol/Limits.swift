/// Every bound on what a peer can make this module hold or do.
public enum Limits {
    /// Longest command line in bytes, CRLF included (RFC 5321 section 4.5.3.1.4 asks for 512 and more with extensions).
    public static let commandLineByteCount = 2048
    /// Over-long command lines until the session closes.
    public static let overlongLineCount = 3
    /// Protocol errors until the session closes.
    public static let errorCount = 50
    /// Commands that bring no message nearer until the session closes; a message begins the count anew.
    public static let idleCommandCount = 20_000
    /// Longest name in EHLO or HELO in bytes.
    public static let heloNameByteCount = 255
    /// Longest ENVID in bytes (RFC 3461 section 4.4).
    public static let envelopeIDByteCount = 100
    /// Longest ORCPT in bytes (RFC 3461 section 4.2).
    public static let originalRecipientByteCount = 500
    /// Longest AUTH parameter of MAIL in bytes (RFC 4954 section 5).
    public static let authorizationByteCount = 500
    /// Parameters of one MAIL or RCPT.
    public static let parameterCount = 16
    /// Longest reply line that we send, CRLF included (RFC 5321 section 4.5.3.1.5).
    public static let sentReplyLineByteCount = 512
    /// Longest reply line that we read, CRLF included: four times what the RFC allows.
    public static let receivedReplyLineByteCount = 2048
    /// Lines of one reply that we read.
    public static let receivedReplyLineCount = 128
    /// Longest text of a reply as journal and reports show it, in characters.
    public static let replyTextCount = 1000
    /// Longest name of a user, in bytes, that is shown as the client said it.
    static let shownUserByteCount = 64
}
