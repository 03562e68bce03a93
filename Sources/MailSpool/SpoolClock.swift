import MailSyntax

/// Both kinds of time: files tell due times in wall time, waiting is counted in uptime.
struct SpoolClock: Sendable {
    let now: @Sendable () -> Timestamp
    let uptime: @Sendable () -> Uptime
    /// Nothing is due later than this after now, so that a clock that was wrong delays no mail for years.
    let longestDelay: Duration

    func uptime(of time: Timestamp) -> Uptime {
        uptime() + min(max(time - now(), .zero), longestDelay)
    }

    func time(of uptime: Uptime) -> Timestamp { now() + (uptime - self.uptime()) }
}
