import MailSyntax

/// A point in continuous time, in milliseconds since the process began: what the schedule counts in, so that a
/// wall clock set back or forth moves no attempt.
package struct Uptime: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func + (time: Uptime, span: Duration) -> Uptime {
        Uptime(milliseconds: time.milliseconds + span.wholeMilliseconds)
    }

    package static func - (later: Uptime, earlier: Uptime) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    package static func < (left: Uptime, right: Uptime) -> Bool { left.milliseconds < right.milliseconds }
}
