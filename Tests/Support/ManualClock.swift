package import MailSyntax
import Synchronization

/// Wall time that stands still until a test moves it, forward or back.
package final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    package init(_ start: Timestamp = Timestamp(millisecondsSince1970: 1_795_000_000_000)) {
        time = Mutex(start)
    }

    package var now: Timestamp { time.withLock { $0 } }

    package func advance(by span: Duration) { time.withLock { $0 = $0 + span } }
}
