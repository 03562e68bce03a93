/// What a client can make intake grow, and how far.
enum Limits {
    /// Longest command line in bytes, CRLF included (contract: 500 5.5.6 above).
    static let commandByteCount = 2048
    /// Longest header section that a script is shown; a message with a longer one is refused, since what
    /// policy cannot see it must not pass.
    static let headByteCount = 512 * 1024
    /// More Received fields than this are a loop (RFC 5321 section 6.3).
    static let receivedFieldCount = 50
    /// Longest Message-ID that is kept for journal and trace (RFC 5322 section 2.1.1).
    static let messageIDByteCount = 998
    /// Refusals that a session tells of between two messages; a client may cause thousands.
    static let toldRefusalCount = 100
    /// Longest command line that an event quotes.
    static let quotedLineByteCount = 512
    /// The whole of DATA may take this many command timeouts.
    static let dataTimeoutFactor = 6
    /// Longest certificate or key file that is looked at for changes.
    static let certificateByteCount = 1 << 20
    /// A self-signed certificate is made at each start, for longer than a daemon runs between two updates.
    static let selfSignedValidity = Duration.seconds(10 * 365 * 86_400)
    /// How often streams that were full are looked at.
    static let gateInterval = Duration.seconds(5)
    /// Clients' clocks may be behind ours by so many seconds.
    static let clockSkewSeconds: Int64 = 86_400
    /// How long the maildrop is left alone between two looks.
    static let maildropInterval = Duration.seconds(2)
    /// Names of the maildrop that one look takes in; the next one takes more.
    static let listedDropCount = 10_000
    /// Files that one look moves out of the way, each with an event.
    static let foreignDropCount = 100
    /// Files that can be neither taken nor moved, as far as they are remembered and told.
    static let stuckDropCount = 1000
    /// Bytes of a file of the maildrop read at once.
    static let dropReadByteCount = 64 << 10
    /// How long a file waits that could not be taken; doubled each time, up to the longest.
    static let dropDelay = Duration.seconds(5)...Duration.seconds(600)
    /// A draft that nobody has written to for so long is nobody's.
    static let draftAgeSeconds: Int64 = 86_400
    /// How often, and for how long, mail is judged again that waits because a script failed.
    static let retrialInterval = Duration.seconds(300)
    static let retrialSpan = Duration.seconds(3600)
    /// Held shares looked at between two rests of such a round, and how long a rest is.
    static let retrialStretch = 100
    static let retrialRest = Duration.seconds(1)
    /// Recipients that a notice names.
    static let noticedRecipientCount = 20
    /// Encoded bytes of one word of a notice's header (RFC 2047 section 2: 75 with what stands around them).
    static let encodedWordByteCount = 60
    /// Bytes copied into a folder, or compared, at once.
    static let windowByteCount = 64 << 10
    /// Files of one name among the damaged ones.
    static let sameNameCount = 1000
}
