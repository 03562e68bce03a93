import MailSyntax

/// When a share is due and which one it is, in 16 bytes.
struct DueKey: SlabRow, Comparable, Sendable {
    /// Milliseconds above, the share's number in the lower 16 bits.
    private let dueAndNumber: UInt64
    private let entry: UInt64

    init(_ dueAt: Uptime, _ share: ShareID) {
        dueAndNumber = UInt64(max(dueAt.milliseconds, 0)) << 16 | UInt64(share.number) & 0xFFFF
        entry = share.entry.rawValue
    }

    var key: DueKey { self }
    var dueAt: Uptime { Uptime(milliseconds: Int64(dueAndNumber >> 16)) }
    var share: ShareID { ShareID(entry: QueueID(entry), number: Int(dueAndNumber & 0xFFFF)) }

    static func < (left: DueKey, right: DueKey) -> Bool {
        (left.dueAndNumber, left.entry) < (right.dueAndNumber, right.entry)
    }
}

/// The shares of a stream that wait for their time, in its order.
struct DueQueues: Sendable {
    enum Name: UInt8, Sendable {
        /// Never tried.
        case fresh
        /// Tried before, or found by the scan.
        case retries
        /// Tried, and no smart host was well.
        case stalled
    }

    private var fresh = SlabList<DueKey>()
    private var retries = SlabList<DueKey>()
    private var stalled = SlabList<DueKey>()
    /// What was stalled when a smart host was well again: all of it is due since then, whatever its time.
    private var hastened = SlabList<DueKey>()
    private var hastenedAt = Uptime(milliseconds: 0)

    /// When the first is due.
    var nextDueAt: Uptime? { Self.earlier(fresh.first?.dueAt, nextRetryAt) }

    private var nextRetryAt: Uptime? {
        let timed = Self.earlier(retries.first, stalled.first)?.dueAt
        return Self.earlier(timed, hastened.isEmpty ? nil : hastenedAt)
    }

    private static func earlier<Moment: Comparable>(_ one: Moment?, _ other: Moment?) -> Moment? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    mutating func insert(_ key: DueKey, in name: Name) {
        switch name {
        case .fresh: fresh[key] = key
        case .retries: retries[key] = key
        case .stalled: stalled[key] = key
        }
    }

    mutating func remove(_ key: DueKey, from name: Name) {
        switch name {
        case .fresh: fresh[key] = nil
        case .retries: retries[key] = nil
        case .stalled:
            stalled[key] = nil
            hastened[key] = nil
        }
    }

    /// The share that comes next, if one is due: of new mail and of retries that which is due longest, of the two
    /// the one that is preferred.
    func next(at now: Uptime, prefersRetry: Bool) -> ShareID? {
        let new = fresh.first.flatMap { $0.dueAt <= now ? $0 : nil }
        let retry = nextRetryAt.flatMap { $0 <= now ? firstRetry : nil }
        return (prefersRetry ? retry ?? new : new ?? retry)?.share
    }

    private var firstRetry: DueKey? {
        let timed = Self.earlier(retries.first, stalled.first)
        guard let hurried = hastened.first else { return timed }
        guard let timed, timed.dueAt < hastenedAt else { return hurried }
        return timed
    }

    /// A smart host is well again: what is stalled is due. Or it may be: the first finds out.
    mutating func hasten(at now: Uptime, onlyFirst: Bool = false) {
        guard let first = stalled.first else { return }
        if hastened.isEmpty { hastenedAt = now }
        if onlyFirst {
            stalled[first] = nil
            hastened[first] = first
        } else if hastened.isEmpty {
            swap(&stalled, &hastened)
        } else {
            // What was hastened before is not all gone yet; the fewer go to the more.
            if stalled.count > hastened.count { swap(&stalled, &hastened) }
            stalled.walk(from: DueKey.lowest) { key in
                hastened[key] = key
                return true
            }
            stalled = SlabList()
        }
    }
}

extension DueKey {
    fileprivate static let lowest = DueKey(
        Uptime(milliseconds: 0), ShareID(entry: QueueID(0), number: 0))
}
