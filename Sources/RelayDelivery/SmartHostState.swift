import MailSyntax

/// What is known of one smart host: usable, or in trouble and probed by one connection now and then.
struct SmartHostState: Sendable {
    private enum Standing: Sendable {
        case usable
        /// Further connections are turned away while others work: none is opened until then.
        case crowded(until: Uptime)
        case troubled(Trouble, since: Uptime, failureCount: Int, probeAt: Uptime)
        /// In trouble, and one connection finds out whether that is over.
        case probing(Trouble, since: Uptime, failureCount: Int)
    }

    /// Whether a connection may be opened now.
    enum Permission: Hashable, Sendable {
        case granted
        case crowded
        case troubled(Trouble)
    }

    /// What is worth telling.
    enum Change: Hashable, Sendable {
        case began(Trouble, probeAt: Uptime)
        case ended(after: Duration)
    }

    private var standing = Standing.usable
    /// Connections that were opened in full and are not closed.
    private(set) var openCount = 0
    /// Mail was taken and it has not been in trouble since.
    private(set) var isProved = false

    /// What it is in trouble with.
    var trouble: Trouble? {
        switch standing {
        case .usable, .crowded: nil
        case .troubled(let trouble, _, _, _), .probing(let trouble, _, _): trouble
        }
    }

    /// Whether one of our connections finds out now how it is.
    var isProbed: Bool {
        if case .probing = standing { true } else { false }
    }

    /// An open connection may be used for a message.
    var isUsable: Bool { trouble == nil }

    /// A connection may be opened.
    func allowsOpening(at now: Uptime) -> Bool {
        switch standing {
        case .usable: true
        case .crowded(let until): until <= now || openCount == 0
        case .troubled(_, _, _, let probeAt): probeAt <= now
        case .probing: false
        }
    }

    /// When a connection may be opened that may not be now; nil: that depends on the probe under way.
    var opensAt: Uptime? {
        switch standing {
        case .usable, .probing: nil
        case .crowded(let until): until
        case .troubled(_, _, _, let probeAt): probeAt
        }
    }

    /// A connection is being opened. In trouble that is the probe, and the only one.
    mutating func opening(at now: Uptime) {
        precondition(allowsOpening(at: now), "a connection is opened only where that is allowed")
        switch standing {
        case .usable, .probing: break
        case .crowded: standing = .usable
        case .troubled(let trouble, let since, let failureCount, _):
            standing = .probing(trouble, since: since, failureCount: failureCount)
        }
    }

    /// Begins to open a connection, if that is allowed.
    mutating func askToOpen(at now: Uptime) -> Permission {
        guard allowsOpening(at: now) else { return trouble.map(Permission.troubled) ?? .crowded }
        opening(at: now)
        return .granted
    }

    /// The connection is ready for mail; whether mail is taken, the first MAIL will show.
    mutating func opened() { openCount += 1 }

    /// A connection showed that mail is taken, or is refused for reasons of its own.
    mutating func proved(at now: Uptime) -> Change? {
        isProved = true
        switch standing {
        case .usable, .crowded: return nil
        case .troubled(_, let since, _, _), .probing(_, let since, _):
            standing = .usable
            return .ended(after: now - since)
        }
    }

    /// A connection that had been opened is gone.
    mutating func closed() {
        precondition(openCount > 0, "a connection that closes was open")
        openCount -= 1
    }

    /// Opening failed, or a connection showed that the smart host is in trouble. `delay` gives the time until
    /// the next probe after so many failures in a row.
    mutating func failed(
        _ trouble: Trouble, at now: Uptime, delay: (_ failureCount: Int) -> Duration
    ) -> Change? {
        switch standing {
        case .usable, .crowded:
            guard openCount == 0 || !trouble.mayBeCrowding else {
                standing = .crowded(until: now + delay(1))
                return nil
            }
            return begin(trouble, since: now, failureCount: 1, at: now, delay: delay)
        case .probing(let known, let since, let failureCount):
            let change = begin(trouble, since: since, failureCount: failureCount + 1, at: now, delay: delay)
            return known.kind == trouble.kind ? nil : change
        // Opened before the trouble was known: no news.
        case .troubled: return nil
        }
    }

    /// The probe ended without an answer to its question: another may follow at once.
    mutating func abandoned(at now: Uptime) {
        guard case .probing(let trouble, let since, let failureCount) = standing else { return }
        standing = .troubled(trouble, since: since, failureCount: failureCount, probeAt: now)
    }

    /// What it is in trouble with may have been mended: it may be tried at once.
    mutating func mayBeTried(at now: Uptime) {
        switch standing {
        case .usable, .probing: break
        case .crowded: standing = .usable
        case .troubled(let trouble, let since, let failureCount, _):
            standing = .troubled(trouble, since: since, failureCount: failureCount, probeAt: now)
        }
    }

    /// The same smart host for connections that are yet to be opened.
    func anew(at now: Uptime) -> SmartHostState {
        var state = SmartHostState()
        state.standing = standing
        state.abandoned(at: now)
        state.mayBeTried(at: now)
        return state
    }

    private mutating func begin(
        _ trouble: Trouble, since: Uptime, failureCount: Int, at now: Uptime, delay: (Int) -> Duration
    ) -> Change {
        isProved = false
        let probeAt = now + delay(failureCount)
        standing = .troubled(trouble, since: since, failureCount: failureCount, probeAt: probeAt)
        return .began(trouble, probeAt: probeAt)
    }
}
