import RelayEvents
import Synchronization
import Testing

/// Keeps events, and lets a test wait for them.
final class EventRecorder: EventSink {
    struct Entry: Sendable {
        let pairs: [(name: String, value: String)]
        subscript(name: String) -> String? { pairs.first { $0.name == "POSTERN_" + name }?.value }
        var message: String? { pairs.first { $0.name == "MESSAGE" }?.value }
    }

    private struct State {
        var events: [Entry] = []
        var waiting: [(kind: String, count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        func isMet(_ kind: String, _ count: Int) -> Bool { events.count { $0["EVENT"] == kind } >= count }
    }

    private let state = Mutex(State())

    func write(_ events: [EventFields]) {
        let woken = state.withLock { state in
            state.events += events.map { Entry(pairs: $0.pairs) }
            let woken = state.waiting.filter { state.isMet($0.kind, $0.count) }
            let events = state.events
            state.waiting.removeAll { waiter in events.count { $0["EVENT"] == waiter.kind } >= waiter.count }
            return woken
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    var events: [Entry] { state.withLock(\.events) }
    func events(_ kind: String) -> [Entry] { events.filter { $0["EVENT"] == kind } }
    var kinds: [String] { events.compactMap { $0["EVENT"] } }

    /// Waits for so many events of a kind; returns the last of these.
    @discardableResult
    func wait(_ kind: String, count: Int = 1) async throws -> Entry {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                guard !state.isMet(kind, count) else { return true }
                state.waiting.append((kind, count, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
        return try #require(events(kind).dropFirst(count - 1).first)
    }
}
