/// Every bound on what a smart host, a message or a name server can make this module hold or do.
package enum Limits {
    /// Most of a header that is read for edits; fields behind it are left as they are.
    static let headerByteCount = 1 << 20
    /// Message bytes read from the spool and handed to the connection at once.
    static let windowByteCount = 64 << 10
    /// Addresses of one smart host that are tried one after the other.
    static let dialledAddressCount = 8
    /// Challenges of one AUTH exchange that are answered.
    static let authChallengeCount = 4
    /// Longest remote queue ID that is told.
    static let remoteIDByteCount = 120
    /// Spans of uncounted time that are remembered; beyond, the two with the shortest gap become one.
    static let uncountedSpanCount = 256
    /// For so long: more than the longest `expire` and a long hold.
    static let uncountedMemory = Duration.seconds(2 * 365 * 86_400)
    /// Longest text of uncounted time: so many lines of two times, and some.
    static let uncountedByteCount = 32 * (uncountedSpanCount + 2)
    /// No clock shows a time from here on (the year 5138), in milliseconds since 1970: sums stay far from overflow.
    static let latestTime: Int64 = 100_000_000_000_000
    /// Streams whose pauses are remembered, and the longest line of one.
    static let pauseCount = 1000
    static let pauseByteCount = 1024
    /// How often the wall clock is looked at while a pause is to end by itself.
    static let pauseLook = Duration.seconds(60)
    /// How long a connection without work stays open.
    static let idleConnection = Duration.seconds(5)
    /// What becomes due within this span is started together.
    static let tick = Duration.milliseconds(50)
    /// How long QUIT is waited for.
    static let quit = Duration.seconds(2)
    /// How long transactions under way may go on when the stream stops.
    static let stopping = Duration.seconds(8)
    /// When failures for whose report there is no room are tried again.
    static let spoolTrouble = Duration.seconds(60)
    /// Shares of a removed stream that the disk would not hold before the others are spared for a while.
    static let refusedHoldCount = 100
    /// A lookup runs on so many threads of a stream's own.
    static let resolverThreadCount = 2
    /// How often held mail is looked at, where its settings do not ask for more.
    static let holdLook = Duration.seconds(60)
    static let shortestHoldLook = Duration.seconds(1)
    /// Shares that a digest of held mail lists, and recipients of each.
    static let digestShareCount = 100
    static let digestRecipientCount = 5
    /// The share of a retry delay that chance may add.
    static let jitter = 0.1
    /// The last attempt comes no sooner than this after the one before.
    static let shortestDelay = Duration.seconds(1)
}
