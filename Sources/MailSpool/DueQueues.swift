import MailSyntax

/// When a share is due and which one it is, in 16 bytes.
struct DueKey: SlabRow, Comparable, Sendable {
    /// Milliseconds from long before the process began above, the share's number in the lower 16 bits.
    private let dueAndNumber: UInt64
    private let entry: UInt64

    init(_ dueAt: Uptime, _ share: ShareID) {
        let moment = min(max(dueAt.milliseconds, -Self.past), Self.past) + Self.past
        dueAndNumber = UInt64(moment) << 16 | UInt64(share.number) & 0xFFFF
        entry = share.entry.rawValue
    }

    var key: DueKey { self }
    var dueAt: Uptime { Uptime(milliseconds: Int64(dueAndNumber >> 16) - Self.past) }
    var share: ShareID { ShareID(entry: QueueID(entry), number: Int(dueAndNumber & 0xFFFF)) }

    /// Some 2000 years.
    private static let past: Int64 = 1 << 46

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
    private var haste = Haste.none

    /// Whether what is stalled is due before its time.
    private enum Haste {
        case none
        /// A smart host may be well: the first finds out.
        case first(since: Uptime)
        /// One is.
        case all(since: Uptime)
    }

    /// When the first is due.
    var nextDueAt: Uptime? { Self.earlier(fresh.first?.dueAt, nextRetryAt) }

    private var nextRetryAt: Uptime? { Self.earlier(retries.first?.dueAt, nextStalledAt) }

    private var nextStalledAt: Uptime? {
        guard let first = stalled.first else { return nil }
        return switch haste {
        case .none: first.dueAt
        case .first(let since), .all(let since): min(since, first.dueAt)
        }
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
            if case .first = haste, stalled.first == key { haste = .none }
            stalled[key] = nil
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
        guard let retry = retries.first, let nextStalledAt else { return retries.first ?? stalled.first }
        return retry.dueAt < nextStalledAt ? retry : stalled.first
    }

    /// A smart host is well again: what is stalled is due. Or it may be: the first finds out.
    mutating func hasten(at now: Uptime, onlyFirst: Bool = false) {
        switch haste {
        case .none: haste = onlyFirst ? .first(since: now) : .all(since: now)
        case .first(let since): haste = onlyFirst ? haste : .all(since: since)
        case .all: break
        }
        if stalled.isEmpty { haste = .none }
    }

    /// No smart host is well after all: what is stalled waits for its time.
    mutating func calm() { haste = .none }
}
