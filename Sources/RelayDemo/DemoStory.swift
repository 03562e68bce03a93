package import RelayEvents
import Synchronization

/// What the demo's relay told: printed as it happens, and kept so that each message's story can be told whole.
package final class DemoStory: EventSink {
    /// One event of a message.
    struct Chapter: Sendable {
        let event: String
        let message: String
        let stream: String?
        let toldAt: Int64
    }

    private let chapters = Mutex<[String: [Chapter]]>([:])
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation
    private let show: @Sendable (String) -> Void

    /// A story that shows its lines through `show`.
    init(show: @escaping @Sendable (String) -> Void) {
        self.show = show
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Shows the events and keeps those of a message under its Message-ID.
    package func write(_ events: [EventFields]) {
        for event in events {
            guard let name = event.value(of: "POSTERN_EVENT"), let message = event.value(of: "MESSAGE") else {
                continue
            }
            show("  \(name.padded(to: 10)) \(message)")
            guard let key = event.value(of: "POSTERN_MESSAGE_ID") else { continue }
            let chapter = Chapter(
                event: name, message: message, stream: event.value(of: "POSTERN_STREAM"), toldAt: event.toldAt
            )
            chapters.withLock { $0[key, default: []].append(chapter) }
        }
        changed.yield()
    }

    /// The events of the message with this Message-ID so far.
    func chapters(of messageID: String) -> [Chapter] { chapters.withLock { $0[messageID] ?? [] } }

    /// Returns once `isComplete` holds; looks again after every event.
    func wait(until isComplete: @Sendable () -> Bool) async {
        guard !isComplete() else { return }
        for await _ in changes where isComplete() { return }
    }
}

extension String {
    /// The text with blanks behind it, for columns.
    func padded(to count: Int) -> String { self + String(repeating: " ", count: max(0, count - self.count)) }
}
