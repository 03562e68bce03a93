import MailSyntax

/// A point in continuous time, in milliseconds since the process began: what the schedule counts in, so that a
/// wall clock set back or forth moves no attempt.
struct Uptime: Hashable, Comparable, Sendable {
    let milliseconds: Int64

    static func + (time: Uptime, span: Duration) -> Uptime {
        Uptime(milliseconds: time.milliseconds + span.wholeMilliseconds)
    }

    static func - (later: Uptime, earlier: Uptime) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    static func < (left: Uptime, right: Uptime) -> Bool { left.milliseconds < right.milliseconds }
}
