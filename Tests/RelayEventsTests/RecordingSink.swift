import Glibc
import RelayEvents
import Synchronization

/// Keeps what is written, and stands still like a stopped journald when told.
final class RecordingSink: EventSink {
    private let written = Mutex<[EventFields]>([])
    private let gate = Mutex(())
    private let callCount = Atomic(0)

    func write(_ events: [EventFields]) {
        callCount.add(1, ordering: .relaxed)
        gate.withLock { _ in }
        written.withLock { $0 += events }
    }

    /// Runs the body while the writer stands in the first write.
    func whileBlocked(byFirst tell: () -> Void, _ body: () -> Void) {
        gate.withLock { _ in
            let before = callCount.load(ordering: .relaxed)
            tell()
            while callCount.load(ordering: .relaxed) == before { sched_yield() }
            body()
        }
    }

    var events: [EventFields] { written.withLock { $0 } }
    var sentences: [String] { events.compactMap { $0.value(of: "MESSAGE") } }
}
