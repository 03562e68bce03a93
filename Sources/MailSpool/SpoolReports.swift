public import MailSyntax

/// Where and how a spool is kept.
public struct SpoolOptions: Hashable, Sendable {
    /// The spool's folder; made if it is missing.
    public var directory: String
    /// Below this nothing new is taken.
    public var minimumFreeByteCount: Int
    /// Threads that wait for the disk.
    public var diskThreadCount: Int
    /// Whatever a file says, nothing is due later than this from now: a clock that was wrong delays no mail for
    /// years.
    public var longestDelay: Duration
    /// What failed stays in `failed/` until `forgetFailed`; else it goes at once.
    public var keepsFailed: Bool

    /// Where and how.
    public init(
        directory: String, minimumFreeByteCount: Int, diskThreadCount: Int = 16,
        longestDelay: Duration = .seconds(30 * 86_400), keepsFailed: Bool = false
    ) {
        self.directory = directory
        self.minimumFreeByteCount = minimumFreeByteCount
        self.diskThreadCount = diskThreadCount
        self.longestDelay = longestDelay
        self.keepsFailed = keepsFailed
    }
}

/// A share that is due, offered to its stream.
public struct Ticket: Hashable, Sendable {
    /// Which one.
    public let share: ShareID
    /// Attempts so far.
    public let attemptCount: Int
    /// When the message was accepted.
    public let acceptedAt: Timestamp
    /// It was there when the spool was opened, and no attempt has been recorded since.
    public let isRecovered: Bool
    /// It was tried before, or may have been.
    public var isRetry: Bool { attemptCount > 0 || isRecovered }

    /// A ticket of its parts.
    public init(share: ShareID, attemptCount: Int, acceptedAt: Timestamp, isRecovered: Bool) {
        self.share = share
        self.attemptCount = attemptCount
        self.acceptedAt = acceptedAt
        self.isRecovered = isRecovered
    }
}

/// A file that could not be read as an entry.
public struct DamagedFile: Hashable, Sendable {
    /// The ID that the name tells, if it is one.
    public let id: QueueID?
    /// Where it is now.
    public let path: String
    /// What is wrong with it.
    public let reason: String
}

/// What was found in the queue of an earlier run, as far as it has been looked through.
public struct RecoveryReport: Hashable, Sendable {
    /// All of it has been looked through.
    public internal(set) var isComplete = false
    /// Files that were looked at.
    public internal(set) var examinedCount = 0
    /// How many there are about; exact in the end.
    public internal(set) var expectedCount = 0
    /// Entries that wait or are held.
    public internal(set) var entryCount = 0
    /// Files of messages that were never acknowledged, removed.
    public internal(set) var removedDraftCount = 0
    /// Entries that were through and only not removed yet.
    public internal(set) var removedEndedCount = 0
    /// Files set aside.
    public internal(set) var damagedCount = 0
    /// The first of them.
    public internal(set) var damaged: [DamagedFile] = []
    private var listedFolderCount = 0

    init() {}

    /// A folder was listed; the others are taken to hold as many as those listed so far did.
    mutating func expect(_ count: Int, remaining: Int) {
        listedFolderCount += 1
        let known = examinedCount + count
        expectedCount = known + known / listedFolderCount * remaining
    }

    mutating func add(_ file: DamagedFile) {
        damagedCount += 1
        if damaged.count < Limits.namedDamageCount { damaged.append(file) }
    }
}

/// What a share waits for.
public enum ShareState: Hashable, Sendable {
    /// The first attempt.
    case waiting
    /// Another attempt.
    case retrying
    /// A person.
    case held
    /// Nothing: it failed, and is kept for a while.
    case failed
}

/// A share without its addresses: what is known without opening its file.
public struct ShareSummary: Hashable, Sendable {
    /// Which one.
    public let id: ShareID
    /// Where it leaves.
    public let stream: String
    /// What it waits for.
    public let state: ShareState
    /// It is being delivered or changed at this moment.
    public let isUnderWay: Bool
    /// When the message was accepted.
    public let acceptedAt: Timestamp
    /// Length of the message as received.
    public let messageByteCount: Int
    /// Attempts so far.
    public let attemptCount: Int
    /// When the next is due; of what is held or has failed, since when it is.
    public let nextAttemptAt: Timestamp
    /// Since when it waits for a person.
    public var heldAt: Timestamp? { state == .held ? nextAttemptAt : nil }
}

/// Which shares are meant; a condition that is nil is always met.
public struct ShareFilter: Hashable, Sendable {
    /// Leaves by this stream.
    public var stream: String?
    /// Is in this state; unless it, or an entry, is named what failed is not meant.
    public var state: ShareState?
    /// Of this entry.
    public var entry: QueueID?
    /// Accepted at this time or before.
    public var acceptedUntil: Timestamp?
    /// Of this entry or an older one.
    public var newest: QueueID?

    /// From this sender.
    public var sender: Sender?
    /// To this recipient, perhaps among others; the case of letters does not matter.
    public var recipient: Address?

    /// Whom a message is from.
    public enum Sender: Hashable, Sendable {
        /// From nobody: a report.
        case null
        /// From this address; the case of letters does not matter.
        case address(Address)

        var address: Address? {
            switch self {
            case .null: nil
            case .address(let address): address
            }
        }
    }

    /// Everything, unless told otherwise.
    public init(
        stream: String? = nil, state: ShareState? = nil, entry: QueueID? = nil,
        acceptedUntil: Timestamp? = nil, newest: QueueID? = nil, sender: Sender? = nil,
        recipient: Address? = nil
    ) {
        self.stream = stream
        self.state = state
        self.entry = entry
        self.acceptedUntil = acceptedUntil
        self.newest = newest
        self.sender = sender
        self.recipient = recipient
    }
}

/// How many shares of a stream wait for what.
public struct ShareCounts: Hashable, Sendable {
    /// For the first attempt.
    public internal(set) var waiting = 0
    /// For another attempt.
    public internal(set) var retrying = 0
    /// For a person.
    public internal(set) var held = 0
    /// Failed and kept; not in the queue any more.
    public internal(set) var failed = 0
    /// The sizes of the messages in the queue, each counted for every share of it.
    public internal(set) var messageByteCount = 0
    /// All in the queue.
    public var total: Int { waiting + retrying + held }
    /// No share.
    public init() {}

    subscript(state: ShareState) -> Int {
        get {
            switch state {
            case .waiting: waiting
            case .retrying: retrying
            case .held: held
            case .failed: failed
            }
        }
        set {
            switch state {
            case .waiting: waiting = newValue
            case .retrying: retrying = newValue
            case .held: held = newValue
            case .failed: failed = newValue
            }
        }
    }
}
