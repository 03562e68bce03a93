package import MailSpool
package import MailSyntax
package import RelayEvents
package import RelaySettings
package import Transport

/// Time as delivery sees it; comes in, so that tests own it.
package struct DeliveryClock: Sendable {
    /// For records, headers and what people read.
    package let wallTime: @Sendable () -> Timestamp
    /// For everything that waits.
    package let uptime: @Sendable () -> Uptime
    /// Returns early, or throws, when the task is cancelled.
    let sleepUntil: @Sendable (Uptime) async throws -> Void

    package init(
        wallTime: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Uptime,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.init(wallTime: wallTime, uptime: uptime, sleepUntil: { try await sleep($0 - uptime()) })
    }

    init(
        wallTime: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Uptime,
        sleepUntil: @escaping @Sendable (Uptime) async throws -> Void
    ) {
        self.wallTime = wallTime
        self.uptime = uptime
        self.sleepUntil = sleepUntil
    }
}

/// Where the spans of a stream that do not count outlive the process.
package struct UncountedMemory: Sendable {
    /// What is known of a stream from before; asked once when its dispatcher is made.
    package let load: @Sendable (_ stream: String) -> UncountedTime
    /// A span began or ended. Called under a lock and on event loops: returns at once.
    package let remember: @Sendable (_ stream: String, UncountedTime) -> Void

    package init(
        load: @escaping @Sendable (_ stream: String) -> UncountedTime,
        remember: @escaping @Sendable (_ stream: String, UncountedTime) -> Void
    ) {
        self.load = load
        self.remember = remember
    }

    /// Forgets all with the process.
    package static let none = UncountedMemory(load: { _ in UncountedTime() }, remember: { _, _ in })
}

/// What all streams use in common.
package struct DeliveryServices: Sendable {
    package let spool: Spool
    package let events: EventLog
    package let loops: EventLoops
    package let dialer: Dialer
    package let clock: DeliveryClock
    /// A random number in 0..<1.
    package let chance: @Sendable () -> Double
    /// The `{token}` of return paths: the ID with a keyed check.
    package let makeToken: @Sendable (_ id: String) -> String
    package let lookup: Resolver.Lookup?
    /// Our name in EHLO, Received fields and reports.
    package private(set) var hostname: String
    package private(set) var postmaster: Address
    package private(set) var reports: ReportSettings
    package private(set) var credentials: [String: Credential]
    package let uncounted: UncountedMemory
    /// Which streams an operator lets send nothing.
    package let pauses: StreamPauses
    /// The header fields that routes look at: taken off on the way out.
    package private(set) var routeHeaders: [String]

    /// `lookup` replaces the system's name resolution.
    package init(
        spool: Spool, events: EventLog, loops: EventLoops, settings: Settings, clock: DeliveryClock,
        chance: @escaping @Sendable () -> Double, makeToken: @escaping @Sendable (_ id: String) -> String,
        uncounted: UncountedMemory = .none, pauses: StreamPauses? = nil, lookup: Resolver.Lookup? = nil
    ) {
        self.spool = spool
        self.events = events
        self.loops = loops
        self.dialer = Dialer(loops: loops)
        self.clock = clock
        self.chance = chance
        self.makeToken = makeToken
        self.uncounted = uncounted
        self.pauses = pauses ?? StreamPauses(events: events, clock: clock) { _ in }
        self.lookup = lookup
        hostname = settings.hostname
        postmaster = settings.postmaster
        reports = settings.reports
        credentials = settings.credentials
        routeHeaders = settings.routeHeaders
    }

    /// The same under other settings.
    func under(_ settings: Settings) -> DeliveryServices {
        var services = self
        services.hostname = settings.hostname
        services.postmaster = settings.postmaster
        services.reports = settings.reports
        services.credentials = settings.credentials
        services.routeHeaders = settings.routeHeaders
        return services
    }

    /// A resolver that no other stream waits for.
    func makeResolver() -> Resolver {
        guard let lookup else { return Resolver(threads: Limits.resolverThreadCount) }
        return Resolver(threads: Limits.resolverThreadCount, lookup: lookup)
    }
}

extension Settings {
    fileprivate var routeHeaders: [String] { routes.flatMap { $0.headers.map(\.name) } }
}

extension DeliveryServices {
    /// A file that was set aside because it could not be read is a person's business.
    func tellIfDamaged(_ error: SpoolError, _ id: QueueID) {
        guard case .damaged(let file) = error else { return }
        events.tell(.entryDamaged(EntryDamaged(id: id.description, path: file.path, reason: file.reason)))
    }
}

/// What a dialogue with a smart host needs of the world.
struct DialogueServices: Sendable {
    let events: EventLog
    let dialer: Dialer
    let clock: DeliveryClock
    /// Our name in EHLO.
    let hostname: String
}

extension DeliveryServices {
    var dialogue: DialogueServices {
        DialogueServices(events: events, dialer: dialer, clock: clock, hostname: hostname)
    }
}
