import MailSyntax

/// What a stream's connections share: what is due, how the smart hosts are, which time counts. Pure.
struct DispatchState: Sendable {
    /// What one connection does next.
    enum Work: Equatable, Sendable {
        case attempt(Schedule.Item)
        /// No smart host can be reached: the mail is deferred without being shown to one.
        case deferral(Schedule.Item, Trouble)
    }

    /// What becomes of an item after its attempt.
    enum Conclusion: Equatable, Sendable {
        /// It has ended, or waits for somebody else.
        case gone
        case later(Schedule.Item)
        /// The attempt does not count.
        case putBack
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

    /// The next work for a side that holds connections to these smart hosts; nil: nothing for now.
    mutating func work(at now: Uptime, holds: (Int) -> Bool) -> Work? {
        guard !isStopping, !isPaused, schedule.hasWork(at: now) else { return nil }
        let outlook = hosts.outlook(at: now, holds: holds)
        if case .wait = outlook { return nil }
        guard case .start(let item) = schedule.next(at: now) else { return nil }
        if case .hopeless(let trouble) = outlook { return .deferral(item, trouble) }
        return .attempt(item)
    }

    mutating func conclude(_ item: Schedule.Item, _ conclusion: Conclusion, at now: Uptime) {
        switch conclusion {
        case .gone: schedule.ended()
        case .putBack: schedule.putBack(item)
        case .later(let next):
            schedule.ended()
            // What it waits for may have come while its attempt was being settled.
            let isDue = next.waitsForSmartHost && hosts.states.contains(where: \.isUsable)
            schedule.admit(isDue ? next.after(.zero, from: now) : next, at: now)
        }
    }

    /// When there may be work although nothing happens until then.
    func wakesAt(now: Uptime) -> Uptime? {
        guard !isStopping, !isPaused else { return nil }
        guard schedule.hasWork(at: now) else { return schedule.nextDueAt }
        return hosts.states.compactMap(\.opensAt).filter { $0 > now }.min()
    }

    /// Begins no transaction from now on, or does again; the time between does not count.
    mutating func pause(_ isPaused: Bool, at wallTime: Timestamp) {
        self.isPaused = isPaused
        if isPaused { uncounted.begin(.paused, at: wallTime) } else { uncounted.end(.paused, at: wallTime) }
    }

    /// Goes on with other smart hosts: for each its place among those before, whose trouble it inherits.
    mutating func adopt(_ places: [Int?], connectionLimit: Int, at now: Uptime) {
        schedule.limit = connectionLimit
        hosts = SmartHosts(places: places, in: hosts, at: now)
        if hosts.states.contains(where: \.isUsable) { schedule.hasten() } else { schedule.hastenFirst() }
    }

    /// What smart hosts are in trouble with may have been mended.
    mutating func refresh(at now: Uptime) {
        hosts.mayBeTried(at: now)
        if !hosts.states.contains(where: \.isUsable) { schedule.hastenFirst() }
    }

    /// Changes what is known of a smart host, and draws the conclusions for the stream.
    mutating func change<Result>(
        host index: Int, at now: Uptime, wallTime: Timestamp, _ body: (inout SmartHostState) -> Result
    ) -> Result {
        let wasTroubled = hosts[index].trouble != nil
        let result = body(&hosts[index])
        if hosts.isNoFaultOfMail {
            uncounted.begin(.trouble, at: wallTime)
        } else if hosts.isKnown {
            uncounted.end(.trouble, at: wallTime)
        }
        if wasTroubled, hosts[index].trouble == nil { schedule.hasten() }
        return result
    }
}
