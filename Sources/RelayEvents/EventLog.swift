import Glibc
package import MailSyntax
import Synchronization

/// The one place where events are told. It never blocks its callers: one thread writes, and what finds
/// the queue full is counted and dropped.
package final class EventLog: Sendable {
    private let queue: EventQueue
    private let now: @Sendable () -> Timestamp
    private let leastLevel: Atomic<Int>
    private let dialogues: Atomic<Bool>

    /// A log on a sink; its thread lives until `close` or the end of the log.
    package convenience init(
        sink: any EventSink, level: EventLevel = .notice, tellsDialogues: Bool = false,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.init(
            sink: sink, level: level, tellsDialogues: tellsDialogues, limit: Limits.waitingEventCount,
            now: now)
    }

    init(
        sink: any EventSink, level: EventLevel, tellsDialogues: Bool, limit: Int,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.now = now
        leastLevel = Atomic(level.rawValue)
        dialogues = Atomic(tellsDialogues)
        queue = EventQueue(limit: limit)
        WriterThread(queue: queue, sink: sink, now: now).start()
    }

    deinit { queue.close() }

    /// Whether SMTP dialogues are wanted (`log.protocol`); who tells them asks first.
    package var tellsDialogues: Bool { dialogues.load(ordering: .relaxed) }

    /// Writes other events from now on.
    package func change(level: EventLevel, tellsDialogues: Bool) {
        leastLevel.store(level.rawValue, ordering: .relaxed)
        dialogues.store(tellsDialogues, ordering: .relaxed)
    }

    /// Counts the event and has it written. Costs a lock, a copy and now and then a wake-up.
    package func tell(_ event: Event) {
        let isWritten = if case .dialogue = event { tellsDialogues } else { isWanted(event.level) }
        queue.append(event, at: now(), isWritten: isWritten)
    }

    private func isWanted(_ level: EventLevel) -> Bool {
        level.rawValue <= leastLevel.load(ordering: .relaxed)
    }

    /// What was told so far, counted.
    package func counters() -> Counters { queue.counters() }

    /// Writes what waits and ends the thread; blocks the caller, but not longer than told. For the end of
    /// the process: events told after it are counted only.
    /// - Returns: how many events stay unwritten.
    @discardableResult
    package func close(within span: Duration) -> Int {
        queue.close()
        return queue.waitForEnd(within: span)
    }
}

/// The thread that formats and writes.
private final class WriterThread: Sendable {
    private let queue: EventQueue
    private let sink: any EventSink
    private let now: @Sendable () -> Timestamp

    init(queue: EventQueue, sink: any EventSink, now: @escaping @Sendable () -> Timestamp) {
        self.queue = queue
        self.sink = sink
        self.now = now
    }

    func start() {
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<WriterThread>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(code == 0, "the log's thread starts unless the process has no threads left")
        pthread_detach(thread)
    }

    private func run() {
        while let taken = queue.take(now: now) {
            var rest = taken[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Limits.batchCount)
                sink.write(batch.map { EventFields($0.event, toldAt: $0.at) })
                queue.wrote(batch.count)
                rest = rest.dropFirst(batch.count)
            }
        }
        queue.ended()
    }
}
