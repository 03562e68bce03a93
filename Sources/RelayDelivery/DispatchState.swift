import MailSpool
import MailSyntax

/// What a stream's connections share: whose turn it is, how the smart hosts are, which time counts. Pure.
struct DispatchState: Sendable {
    /// What one connection does next.
    enum Work: Equatable, Sendable {
        case attempt(Ticket)
        /// No smart host can be reached: the mail is deferred without being shown to one.
        case deferral(Ticket, Trouble)
    }

    /// What came of an attempt. When the share is due again, if at all, the spool knows.
    enum Conclusion: Equatable, Sendable {
        case settled
        /// It was deferred because no smart host was well.
        case stalled
        /// Nothing: the share waits on as before.
        case declined
    }

    /// What of the stalled mail is due now.
    enum Hastening: Sendable {
        case nothing
        /// One finds out whether a smart host is well.
        case first
        case all
    }

    var schedule: Schedule
    private(set) var hosts: SmartHosts
    var uncounted: UncountedTime
    var isStopping = false
    /// An operator lets nothing be sent.
    private(set) var isPaused = false

    init(connectionLimit: Int, smartHostCount: Int, uncounted: UncountedTime = UncountedTime()) {
        self.uncounted = uncounted
        schedule = Schedule(limit: connectionLimit)
        hosts = SmartHosts(count: smartHostCount)
    }

    /// The next work for a side that holds connections to these smart hosts; nil: nothing for now. `take` as for
    /// `Schedule.next`.
    mutating func work(
        at now: Uptime, holds: (Int) -> Bool, _ take: (_ prefersRetry: Bool) -> Ticket?
    ) -> Work? {
        guard !isStopping, !isPaused, schedule.hasRoom else { return nil }
        let outlook = hosts.outlook(at: now, holds: holds)
        if case .wait = outlook { return nil }
        guard let ticket = schedule.next(take) else { return nil }
        if case .hopeless(let trouble) = outlook { return .deferral(ticket, trouble) }
        return .attempt(ticket)
    }

    /// An attempt is over. What its share waits for may have come while it was being settled.
    mutating func conclude(_ conclusion: Conclusion) -> Hastening {
        schedule.ended()
        return conclusion == .stalled && hosts.states.contains(where: \.isUsable) ? .all : .nothing
    }

    /// When there may be work although nothing happens until then.
    func wakesAt(now: Uptime, nextDueAt: Uptime?) -> Uptime? {
        guard !isStopping, !isPaused, schedule.hasRoom, let nextDueAt else { return nil }
        if nextDueAt > now { return nextDueAt }
        return hosts.states.compactMap(\.opensAt).filter { $0 > now }.min()
    }

    /// Begins no transaction from now on, or does again; the time between does not count.
    mutating func pause(_ isPaused: Bool, at wallTime: Timestamp) {
        self.isPaused = isPaused
        if isPaused { uncounted.begin(.paused, at: wallTime) } else { uncounted.end(.paused, at: wallTime) }
    }

    /// Goes on with other smart hosts: for each its place among those before, whose trouble it inherits.
    mutating func adopt(_ places: [Int?], connectionLimit: Int, at now: Uptime) -> Hastening {
        schedule.limit = connectionLimit
        hosts = SmartHosts(places: places, in: hosts, at: now)
        return hosts.states.contains(where: \.isUsable) ? .all : .first
    }

    /// What smart hosts are in trouble with may have been mended.
    mutating func refresh(at now: Uptime) -> Hastening {
        hosts.mayBeTried(at: now)
        return hosts.states.contains(where: \.isUsable) ? .nothing : .first
    }

    /// Changes what is known of a smart host, and draws the conclusions for the stream.
    mutating func change<Result>(
        host index: Int, at now: Uptime, wallTime: Timestamp, _ body: (inout SmartHostState) -> Result
    ) -> (result: Result, hastens: Hastening) {
        let wasTroubled = hosts[index].trouble != nil
        let result = body(&hosts[index])
        if hosts.isNoFaultOfMail {
            uncounted.begin(.trouble, at: wallTime)
        } else if hosts.isKnown {
            uncounted.end(.trouble, at: wallTime)
        }
        return (result, wasTroubled && hosts[index].trouble == nil ? .all : .nothing)
    }
}
