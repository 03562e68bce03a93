package import MailSpool
package import MailSyntax
package import RelayEvents
package import RelayPolicy
package import RelaySettings

/// What every session of intake needs from the rest of the relay.
package struct IntakeServices: Sendable {
    private(set) var settings: Settings
    let spool: Spool
    private(set) var policy: Policy
    let events: EventLog
    let room: RoomReporter
    /// The folders of scripts that stand on the disk; the same under all settings.
    let syncedFolders = SyncedFolders()
    /// When who of failing scripts was told last; the same under all settings.
    let failureNotices = FailureNotices()
    /// Where messages are judged; the same under all settings.
    package let desk: PolicyDesk
    /// How full streams are; the same under all settings.
    package let gate: StreamGate
    /// Wall time, for records.
    let now: @Sendable () -> Timestamp
    /// Continuous time, for deadlines.
    let uptime: @Sendable () -> ContinuousClock.Instant

    /// The parts, gathered.
    package init(
        settings: Settings, spool: Spool, policy: Policy, desk: PolicyDesk, events: EventLog,
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.settings = settings
        self.spool = spool
        self.policy = policy
        self.desk = desk
        self.events = events
        self.now = now
        self.uptime = uptime
        gate = StreamGate(spool: spool, events: events)
        room = RoomReporter(spool: spool, settings: settings.spool, events: events)
    }

    /// The same under other settings.
    package func under(_ settings: Settings, _ policy: Policy) -> IntakeServices {
        var services = self
        services.settings = settings
        services.policy = policy
        return services
    }
}
