import Glibc
import MailSyntax
import Synchronization

/// The bounded queue between those that tell events and the one thread that writes them.
///
/// A mutex guards it, held for a few instructions; the thread sleeps on a bell, so that telling an
/// event costs a system call only when the thread is asleep.
final class EventQueue: Sendable {
    struct Told: Sendable {
        let event: Event
        let at: Timestamp
    }

    private struct State {
        var waiting: [Told] = []
        /// Taken by the writer and not yet written.
        var inHandCount = 0
        var dropped: EventsDropped?
        var counters = Counters()
        var isWriterAsleep = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let wake: ThreadBell
    private let end: ThreadBell

    init(limit: Int) {
        self.limit = limit
        wake = ThreadBell()
        end = ThreadBell()
    }

    /// Takes an event, counts it, and drops it when the queue is full.
    func append(_ event: Event, at time: Timestamp, isWritten: Bool) {
        let mustWake = state.withLock { state in
            state.counters.count(event, at: time)
            guard isWritten, !state.isClosed else { return false }
            guard state.waiting.count + state.inHandCount < limit else {
                state.dropped = EventsDropped(
                    count: (state.dropped?.count ?? 0) + 1, since: state.dropped?.since ?? time)
                return false
            }
            state.waiting.append(Told(event: event, at: time))
            defer { state.isWriterAsleep = false }
            return state.isWriterAsleep
        }
        if mustWake { wake.ring() }
    }

    /// What was counted so far.
    func counters() -> Counters { state.withLock { $0.counters } }

    /// Ends the queue: what waits is still written, what is told from now on is not.
    func close() {
        state.withLock { $0.isClosed = true }
        wake.ring()
    }

    /// Blocks the writer until there is something to write; nil when the queue is closed and empty.
    ///
    /// All that waits is taken at once, and behind it stands the number of those that found no room.
    func take(now: () -> Timestamp) -> [Told]? {
        while true {
            let (taken, isClosed) = state.withLock { state in take(from: &state, now: now) }
            if !taken.isEmpty { return taken }
            if isClosed { return nil }
            wake.wait()
            usleep(Limits.gatherMicroseconds)
        }
    }

    private func take(from state: inout State, now: () -> Timestamp) -> ([Told], isClosed: Bool) {
        var taken: [Told] = []
        swap(&taken, &state.waiting)
        if let dropped = state.dropped {
            taken.append(Told(event: .eventsDropped(dropped), at: now()))
            state.counters.count(.eventsDropped(dropped), at: dropped.since)
            state.dropped = nil
        }
        state.inHandCount = taken.count
        state.isWriterAsleep = taken.isEmpty
        return (taken, state.isClosed)
    }

    /// The writer wrote so many of those it took.
    func wrote(_ count: Int) {
        state.withLock { $0.inHandCount -= count }
    }

    /// The writer ends.
    func ended() { end.ring() }

    /// Blocks until the writer ended, but not longer than told; returns how many events stay unwritten.
    func waitForEnd(within span: Duration) -> Int {
        end.wait(within: span)
        return state.withLock { $0.waiting.count + $0.inHandCount + ($0.dropped?.count ?? 0) }
    }
}
