import MailSyntax
package import RelayEvents
import Synchronization

/// Knows which streams are paused, for the dispatchers and for the operators, and ends the pauses whose time is up.
///
/// A pause is in force from the moment that `pause` was called and on the disk when it returns. Dispatchers come and
/// go; whichever there is for a stream watches here.
package final class StreamPauses: Sendable {
    /// Why a pause or its end could not be had.
    package enum Problem: Error, Equatable, Sendable {
        /// It holds, but a restart will not know of it.
        case notRemembered(String)
        case tooMany
        case notPaused
    }

    /// Tells a dispatcher to look again.
    typealias Look = @Sendable () -> Void

    private struct State {
        var book: PauseBook
        var watchers: [Int: (stream: String, look: Look)] = [:]
        var nextNumber = 0

        func looks(of stream: String) -> [Look] {
            watchers.values.filter { $0.stream == stream }.map(\.look)
        }
    }

    private let state: Mutex<State>
    private let events: EventLog
    private let clock: DeliveryClock
    private let save: @Sendable (_ text: @escaping @Sendable () -> String) async throws -> Void
    private let alarm = Alarm()

    /// `save` puts the text on the disk, as it is when the writing begins, and returns when it is durable.
    package init(
        _ book: PauseBook = PauseBook(), events: EventLog, clock: DeliveryClock,
        save: @escaping @Sendable (_ text: @escaping @Sendable () -> String) async throws -> Void
    ) {
        state = Mutex(State(book: book))
        self.events = events
        self.clock = clock
        self.save = save
    }

    /// The pause of a stream.
    package subscript(stream: String) -> StreamPause? { state.withLock { $0.book[stream] } }

    /// All of them, by stream.
    package var all: [String: StreamPause] { state.withLock(\.book.pauses) }

    /// Lets no new transaction of a stream begin, until it is resumed or the span is over.
    package func pause(
        _ stream: String, by operatorName: String, reason: String, span: Duration?
    ) async throws(Problem) -> StreamPause {
        let now = clock.wallTime()
        let pause = StreamPause(
            operatorName: operatorName, reason: reason, since: now, until: span.map { now + $0 })
        guard begin(pause, of: stream) else { throw .tooMany }
        try await remember()
        return pause
    }

    /// Ends a pause.
    package func resume(_ stream: String, by operatorName: String) async throws(Problem) {
        guard let pause = state.withLock({ $0.book.resume(stream) }) else { throw .notPaused }
        end(pause, of: stream, by: operatorName, reason: nil)
        try await remember()
    }

    /// Ends pauses when their time is up, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            let now = clock.wallTime()
            let (over, next) = state.withLock { ($0.book.endThoseOver(at: now), $0.book.nextEnd) }
            for (stream, pause) in over { end(pause, of: stream, by: nil, reason: "time is up") }
            if !over.isEmpty {
                // They have ended all the same; a restart ends them again.
                try? await remember()
            }
            // A wall clock may be set: it is looked at now and then.
            let wait = next.map { min($0 - now, Limits.pauseLook) }
            await alarm.sleep(until: wait.map { clock.uptime() + $0 }, clock: clock)
        }
    }

    // MARK: Dispatchers

    /// Has `look` called whenever a stream may have been paused or resumed; returns the number to leave by.
    func watch(_ stream: String, _ look: @escaping Look) -> Int {
        state.withLock { state in
            state.nextNumber += 1
            state.watchers[state.nextNumber] = (stream, look)
            return state.nextNumber
        }
    }

    func leave(_ number: Int) { state.withLock { _ = $0.watchers.removeValue(forKey: number) } }

    /// The pause is in force when this returns. False: there are too many.
    func begin(_ pause: StreamPause, of stream: String) -> Bool {
        let (isTaken, looks) = state.withLock { state in
            (state.book.pause(stream, pause), state.looks(of: stream))
        }
        guard isTaken else { return false }
        for look in looks { look() }
        alarm.ring()
        events.tell(
            .streamPaused(
                StreamPaused(
                    stream: stream, operatorName: pause.operatorName, reason: pause.reason, until: pause.until
                )))
        return true
    }

    private func end(_ pause: StreamPause, of stream: String, by operatorName: String?, reason: String?) {
        let looks = state.withLock { $0.looks(of: stream) }
        for look in looks { look() }
        events.tell(
            .streamResumed(
                StreamResumed(
                    stream: stream, operatorName: operatorName, reason: reason,
                    duration: clock.wallTime() - pause.since)))
    }

    private func remember() async throws(Problem) {
        do { try await save { self.state.withLock(\.book.text) } } catch { throw .notRemembered("\(error)") }
    }
}
