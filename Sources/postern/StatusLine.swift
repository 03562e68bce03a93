import MailSpool
import RelaySettings
import SystemdBridge

/// Keeps the line that `systemctl status` shows up to date: told when it changed, and not too often.
struct StatusLine: Sendable {
    let relay: Relay
    let notifier: ServiceNotifier
    let sleep: @Sendable (Duration) async throws -> Void
    private static let pause = Duration.seconds(2)

    init(
        _ relay: Relay, _ notifier: ServiceNotifier,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.relay = relay
        self.notifier = notifier
        self.sleep = sleep
    }

    /// Until its task is cancelled.
    func run() async {
        var told = relay.statusText
        // Cancelled while it sleeps: that is the end.
        while (try? await sleep(Self.pause)) != nil {
            let text = relay.statusText
            if text != told { notifier.status(text) }
            told = text
        }
    }
}

extension Relay {
    /// What `systemctl status` shows.
    var statusText: String {
        let counts = spool.counts().values
        let waiting = counts.reduce(0) { $0 + $1.waiting + $1.retrying }
        let held = counts.reduce(0) { $0 + $1.held }
        let recovered = spool.recovered
        let scan =
            recovered.isComplete
            ? "" : "; looked through \(recovered.examinedCount) of about \(recovered.expectedCount) messages"
        let count = inForce.settings.streams.count
        return "\(count) \(count == 1 ? "stream" : "streams"), \(waiting) waiting, \(held) held\(scan)"
    }
}
