import MailSyntax
import RelayDelivery

/// What keeps a stream's mail back that is due: a pause, or trouble of its smart hosts.
struct StreamObstacle {
    let reason: String
    /// Until when nothing is tried; nil: until somebody says so.
    private let until: Timestamp?

    init(_ pause: StreamPause) {
        reason = "paused by \(pause.operatorName): \(pause.reason)"
        until = pause.until
    }

    init(_ hindrance: Hindrance, now: Timestamp) {
        reason = hindrance.reason
        until = hindrance.probeAt ?? now
    }

    /// When mail is tried that is due then; nil: nobody knows.
    func next(for due: Timestamp) -> Timestamp? { until.map { max($0, due) } }
}
