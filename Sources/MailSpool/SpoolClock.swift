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

    /// A time that has passed, perhaps before the process began.
    func uptime(since time: Timestamp) -> Uptime {
        let known = min(max(time.millisecondsSince1970, 0), now().millisecondsSince1970)
        return Uptime(milliseconds: uptime().milliseconds - (now().millisecondsSince1970 - known))
    }

    /// When a share that waits is due; since when one is held or has ended.
    func uptime(of share: Share) -> Uptime {
        switch share.standing {
        case .waiting: uptime(of: share.nextAttemptAt)
        case .held(let hold): uptime(since: hold.heldAt)
        case .ended: uptime(since: share.nextAttemptAt)
        }
    }

    func time(of uptime: Uptime) -> Timestamp { now() + (uptime - self.uptime()) }
}
