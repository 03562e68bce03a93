import MailSyntax

/// The spans in which a stream could not send for reasons that are no message's: they do not count toward
/// `expire` and `warn_after`.
struct UncountedTime: Sendable {
    private var spans: [Range<Int64>] = []
    private var openedAt: Uptime?

    /// Nothing can be sent from now on.
    mutating func begin(at now: Uptime) {
        if openedAt == nil { openedAt = now }
    }

    /// Mail flows again.
    mutating func end(at now: Uptime) {
        guard let start = openedAt else { return }
        openedAt = nil
        guard start < now else { return }
        spans.append(start.milliseconds..<now.milliseconds)
        // Too many spans: the gap between the two oldest is forgotten, in favour of the mail.
        guard spans.count > Limits.uncountedSpanCount else { return }
        spans.replaceSubrange(..<2, with: [spans[0].lowerBound..<spans[1].upperBound])
    }

    /// How much of the last `age` counts.
    func counted(of age: Duration, at now: Uptime) -> Duration {
        let whole = max(age, .zero)
        let since = now.milliseconds - whole.wholeMilliseconds
        var all = spans
        if let openedAt, openedAt < now { all.append(openedAt.milliseconds..<now.milliseconds) }
        let uncounted = all.reduce(0) { $0 + $1.clamped(to: since..<max(since, now.milliseconds)).count }
        return whole - .milliseconds(uncounted)
    }
}
