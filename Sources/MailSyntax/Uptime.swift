/// A point in continuous time, in milliseconds since the process began: what waiting is counted in, so that a
/// wall clock set back or forth moves nothing.
public struct Uptime: Hashable, Comparable, Sendable {
    /// Milliseconds since the process began.
    public let milliseconds: Int64

    /// A point so many milliseconds after the process began.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The later point.
    public static func + (time: Uptime, span: Duration) -> Uptime {
        Uptime(milliseconds: time.milliseconds + span.wholeMilliseconds)
    }

    /// The time from `earlier` to `later`.
    public static func - (later: Uptime, earlier: Uptime) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    /// Order in time.
    public static func < (left: Uptime, right: Uptime) -> Bool { left.milliseconds < right.milliseconds }
}
