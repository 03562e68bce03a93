import DequeModule
import HeapModule
import MailSpool
import MailSyntax

/// Which share of a stream is tried next, and when; at most so many under way at a time.
///
/// New mail and retries take turns, so that neither a backlog nor a flood starves the other. What is due
/// already costs a place in a queue; only what is due later is sorted.
struct Schedule: Sendable {
    /// A share that waits for its next attempt. Small, as a stream may hold a million of them.
    struct Item: Hashable, Sendable {
        let share: ShareID
        let dueAt: Uptime
        /// Attempts so far; tells an item that was overtaken from one that counts.
        let attemptCount: Int32
        let isRecovered: Bool
        /// The last attempt met a smart host in trouble: due at once when one is well again.
        let waitsForSmartHost: Bool

        init(
            _ share: ShareID, dueAt: Uptime, attemptCount: Int, isRecovered: Bool = false,
            waitsForSmartHost: Bool = false
        ) {
            self.share = share
            self.dueAt = dueAt
            self.attemptCount = Int32(clamping: attemptCount)
            self.isRecovered = isRecovered
            self.waitsForSmartHost = waitsForSmartHost
        }

        /// The same at another time.
        func after(_ span: Duration, from now: Uptime) -> Item {
            Item(
                share, dueAt: now + span, attemptCount: Int(attemptCount), isRecovered: isRecovered,
                waitsForSmartHost: waitsForSmartHost)
        }
    }

    enum Decision: Equatable, Sendable {
        case start(Item)
        case wait(until: Uptime)
        /// Nothing waits.
        case nothing
        /// As many as allowed are under way.
        case full
    }

    /// How many may be under way.
    var limit: Int
    private(set) var underWayCount = 0
    /// Never tried, in the order they came.
    private var fresh: Deque<Item> = []
    /// Tried before or recovered, and due.
    private var backlog: Deque<Item> = []
    /// Due later.
    private var later = Heap<Later>()
    private var retriesAreNext = false

    init(limit: Int) { self.limit = limit }

    var waitingCount: Int { fresh.count + backlog.count + later.count }

    /// Takes a ticket of the spool. Its due time is wall time: only the distance from now counts, and that no
    /// further than `longestDelay`, so that a clock that was wrong delays no mail for years.
    mutating func admit(_ ticket: Ticket, at now: Uptime, wallTime: Timestamp, longestDelay: Duration) {
        let delay = min(max(ticket.dueAt - wallTime, .zero), longestDelay)
        admit(
            Item(
                ticket.share, dueAt: now + delay, attemptCount: ticket.attemptCount,
                isRecovered: ticket.isRecovered), at: now)
    }

    mutating func admit(_ item: Item, at now: Uptime) {
        if item.dueAt > now {
            later.insert(Later(item))
        } else if item.attemptCount == 0, !item.isRecovered {
            fresh.append(item)
        } else {
            backlog.append(item)
        }
    }

    /// Says what to do now; a started item is under way until `ended`.
    mutating func next(at now: Uptime) -> Decision {
        guard underWayCount < limit else { return .full }
        guard let item = take(at: now) else {
            guard let first = later.min else { return .nothing }
            return .wait(until: first.item.dueAt)
        }
        underWayCount += 1
        return .start(item)
    }

    /// Whether `next` would start something.
    func hasWork(at now: Uptime) -> Bool {
        underWayCount < limit && (!fresh.isEmpty || !backlog.isEmpty || hasRipe(at: now))
    }

    /// When the first of the later items is due.
    var nextDueAt: Uptime? { later.min?.item.dueAt }

    /// The attempt is over; a share that waits on comes back by `admit`.
    mutating func ended() {
        precondition(underWayCount > 0, "an attempt that ends was under way")
        underWayCount -= 1
    }

    /// The attempt came to nothing for no fault of the message: it is the next again.
    mutating func putBack(_ item: Item) {
        ended()
        if item.attemptCount == 0, !item.isRecovered { fresh.prepend(item) } else { backlog.prepend(item) }
    }

    /// A smart host is well again: what waited for that is due.
    mutating func hasten() {
        let items = later.unordered.map(\.item)
        later = Heap(items.filter { !$0.waitsForSmartHost }.map(Later.init))
        backlog.append(contentsOf: items.filter(\.waitsForSmartHost).sorted { Later($0) < Later($1) })
    }

    /// A smart host may be well again: the first that waits for that finds out.
    mutating func hastenFirst() {
        guard let first = later.unordered.filter(\.item.waitsForSmartHost).min() else { return }
        later = Heap(later.unordered.filter { $0.item.share != first.item.share })
        backlog.append(first.item)
    }

    private mutating func take(at now: Uptime) -> Item? {
        let hasRetry = !backlog.isEmpty || hasRipe(at: now)
        guard hasRetry, retriesAreNext || fresh.isEmpty else {
            retriesAreNext = true
            return fresh.popFirst()
        }
        retriesAreNext = false
        return takeRetry(at: now)
    }

    /// The one that has been due longest, of those that were due when they came and those that became due.
    private mutating func takeRetry(at now: Uptime) -> Item? {
        guard hasRipe(at: now), let ripe = later.min?.item else { return backlog.popFirst() }
        if let first = backlog.first, first.dueAt <= ripe.dueAt { return backlog.popFirst() }
        return later.popMin()?.item
    }

    private func hasRipe(at now: Uptime) -> Bool { later.min.map { $0.item.dueAt <= now } ?? false }

    /// Order by due time, then by age.
    private struct Later: Comparable, Sendable {
        let item: Item

        init(_ item: Item) { self.item = item }

        static func < (left: Later, right: Later) -> Bool {
            (left.item.dueAt, left.item.share) < (right.item.dueAt, right.item.share)
        }
    }
}
