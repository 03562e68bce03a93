import MailSyntax

/// What the index knows of a share: 48 bytes, as a spool may hold a million of them.
struct ShareRow: SlabRow, Sendable {
    /// Which one it is, and when it is due.
    private(set) var dueKey: DueKey
    let marks: AddressMarks
    private let acceptedInSecond: UInt32
    let messageByteCount: UInt32
    /// The number of its folder.
    var place: UInt32
    var attemptCount: UInt32
    /// Place in the list of stream names.
    var stream: UInt16
    var whereabouts: Whereabouts
    private var flags: Flags

    enum Whereabouts: Equatable, Sendable {
        /// It waits for its time.
        case queued(DueQueues.Name)
        /// Its stream has a ticket for it.
        case offered
        /// Being delivered or changed: nobody else may.
        case underWay
        /// It waits for a person, or for nothing.
        case held
    }

    private struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        static let held = Flags(rawValue: 1)
        static let recovered = Flags(rawValue: 2)
        static let stalled = Flags(rawValue: 4)
        static let failed = Flags(rawValue: 8)

        subscript(flag: Flags) -> Bool {
            get { contains(flag) }
            set { if newValue { insert(flag) } else { remove(flag) } }
        }
    }

    /// A share of an entry that is new in the index: it is under way to its place in a queue.
    init(_ share: Share, of entry: IndexedEntry, dueAt: Uptime, stream: Int, isRecovered: Bool) {
        dueKey = DueKey(dueAt, ShareID(entry: entry.id, number: share.number))
        marks = AddressMarks(
            sender: entry.sender, recipients: share.recipients.lazy.map(\.recipient.address))
        acceptedInSecond = UInt32(clamping: entry.acceptedAt.millisecondsSince1970 / 1000)
        messageByteCount = UInt32(clamping: entry.messageByteCount)
        place = UInt32(clamping: entry.place)
        attemptCount = UInt32(clamping: share.attemptCount)
        self.stream = UInt16(stream)
        whereabouts = .underWay
        flags = []
        stand(share.standing)
        self.isRecovered = isRecovered
    }

    var key: ShareID { dueKey.share }
    var entry: QueueID { dueKey.share.entry }
    /// Of one that is held or failed: since when.
    var dueAt: Uptime {
        get { dueKey.dueAt }
        set { dueKey = DueKey(newValue, key) }
    }
    /// To the second.
    var acceptedAt: Timestamp { Timestamp(millisecondsSince1970: Int64(acceptedInSecond) * 1000) }
    /// A person must release it.
    var isHeld: Bool { flags[.held] }
    /// It is over, and kept.
    var isFailed: Bool { flags[.failed] }
    /// What has ended is in the index only if it failed and is kept.
    mutating func stand(_ standing: Standing) {
        flags.subtract([.held, .failed])
        switch standing {
        case .waiting: return
        case .held: flags.insert(.held)
        case .ended: flags.insert(.failed)
        }
    }

    /// Found by the scan, and no attempt was recorded since.
    var isRecovered: Bool {
        get { flags[.recovered] }
        set { flags[.recovered] = newValue }
    }
    /// Its last attempt found no smart host well.
    var isStalled: Bool {
        get { flags[.stalled] }
        set { flags[.stalled] = newValue }
    }

    var state: ShareState { isFailed ? .failed : isHeld ? .held : attemptCount > 0 ? .retrying : .waiting }
    /// It was tried before, or may have been.
    var isRetry: Bool { attemptCount > 0 || isRecovered }
    /// The queue that it waits in.
    var queue: DueQueues.Name { isStalled ? .stalled : isRetry ? .retries : .fresh }
    var ticket: Ticket {
        Ticket(share: key, attemptCount: Int(attemptCount), acceptedAt: acceptedAt, isRecovered: isRecovered)
    }
}
