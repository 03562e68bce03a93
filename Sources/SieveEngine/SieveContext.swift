public import MailSyntax

/// What surrounds a message while scripts run: values that the host looked up before, and questions it answers.
public struct SieveContext: Sendable {
    /// The time, for `currentdate`.
    public var time: Timestamp
    /// The host's zone, in minutes east of UTC.
    public var zoneMinutes = 0
    /// Items of the environment by name in lower case (RFC 5183 section 4).
    public var environment: [String: String] = [:]
    /// Lists by name (RFC 6134).
    public var lists: [String: SieveList] = [:]
    /// What earlier messages left behind; nil: nothing.
    public var memory: (any SieveMemory)?
    /// Programs that scripts may run; nil: none.
    public var programs: (any SievePrograms)?
    /// What scanners found: 1 to 10 for spam, 1 to 5 for viruses (RFC 5235); nil: not looked at.
    public var spamScore: SpamScore?
    /// See `spamScore`.
    public var virusScore: Int?
    /// Fields that `addheader` does not add, in lower case.
    public var unaddableFields: Set<String> = []
    /// Fields that `deleteheader` leaves alone, in lower case.
    public var undeletableFields: Set<String> = SieveContext.alwaysKept
    /// Loops of automatic answers end at the first (RFC 5293 section 5); the others tell what `replace` took away
    /// (RFC 5703 section 5).
    package static let alwaysKept: Set<String> = ["auto-submitted", "original-from", "original-subject"]
    /// Asked between two steps: the time for all scripts is over. nil: they have all time they want.
    public var isOverdue: (@Sendable () -> Bool)?
    /// Bounds on what scripts may come to.
    public var limits = SieveLimits()

    /// What surrounds a message at a time; all else is empty unless set.
    public init(time: Timestamp = Timestamp(millisecondsSince1970: 0)) { self.time = time }
}

/// The verdict of a spam scanner on both scales of RFC 5235 section 2.
public struct SpamScore: Hashable, Sendable {
    /// From 1, surely none, to 10, surely spam.
    public var score: Int
    /// The same from 0 to 100.
    public var percent: Int

    /// A verdict of its two parts.
    public init(score: Int, percent: Int) {
        self.score = score
        self.percent = percent
    }
}

/// What a host remembers of earlier messages. Asking changes nothing: what a message adds comes out as an action.
public protocol SieveMemory: Sendable {
    /// Whether an identifier was told of within so many seconds (RFC 7352).
    func hasSeen(_ identifier: [UInt8], withinSeconds: Int) -> Bool
    /// The sum of what was counted under a key in the last seconds.
    func count(of key: [UInt8], withinSeconds: Int) -> Int
}

/// Texts that a script may ask for by the list's name (RFC 6134). ASCII letters have no case.
public struct SieveList: Hashable, Sendable {
    /// The texts as they were given.
    let texts: [String]
    private let entries: Set<[UInt8]>

    /// A list of texts.
    public init(_ entries: some Sequence<String>) {
        texts = Array(entries)
        self.entries = Set(texts.map { $0.utf8.map(ASCII.lower) })
    }

    func contains(_ value: [UInt8]) -> Bool { entries.contains(value.map(ASCII.lower)) }
}
