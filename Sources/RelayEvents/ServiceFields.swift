package import MailSyntax

/// The fields of events about the service, and the way from any event to its fields.
extension EventFields {
    /// All fields of an event: the sentence and what every entry has, then its own.
    package init(_ event: Event, toldAt: Timestamp) {
        self.init(toldAt: toldAt.millisecondsSince1970, level: event.level)
        add("MESSAGE", event.sentence(toldAt: toldAt))
        add("PRIORITY", event.level.rawValue)
        add("MESSAGE_ID", event.kind.messageID)
        add("SYSLOG_IDENTIFIER", "postern")
        add("SYSLOG_FACILITY", 2)
        add("POSTERN_EVENT", event.kind.rawValue)
        addOwn(of: event)
    }

    private mutating func addOwn(of event: Event) {
        switch event {
        case .accepted(let event): add(event)
        case .created(let event): add(event)
        case .refused(let event): add(event)
        case .held(let event): add(event)
        case .released(let event), .deleted(let event): add(event)
        case .rerouted(let event, let stream): add(event, into: stream)
        case .discarded(let event): add(event)
        case .delivered(let event), .deferred(let event), .failed(let event), .expired(let event),
            .uncertain(let event):
            add(event)
        case .started(let event): add(event)
        case .ready(let event): add(event)
        case .startFailed(let reason), .stopping(let reason), .reloadFailed(let reason),
            .policyReloadFailed(let reason), .selfCheckFailed(let reason):
            add("POSTERN_REASON", reason)
        case .reloaded(let event): add(event)
        case .certificateReloaded(let event): add(event)
        case .streamPaused(let event): add(event)
        case .streamResumed(let event): add(event)
        case .streamFull(let event), .streamOK(let event): add(event)
        case .loginFailed(let event), .tlsFailed(let event), .breakerOpened(let event): add(event)
        case .breakerClosed(let event): add(event)
        case .clientTLSFailed(let event), .clientLimited(let event): add(event)
        case .authFailed(let event): add(event)
        case .spoolFull(let event), .spoolOK(let event): add(event)
        case .spoolScanned(let event): add(event)
        case .entryDamaged(let event): add(event)
        case .policyError(let event): add(event)
        case .eventsDropped(let event): add(event)
        case .dialogue(let event): add(event)
        }
    }

    private mutating func add(_ event: Started) {
        add("POSTERN_VERSION", event.version)
        add("POSTERN_CONFIG", event.configuration)
    }

    private mutating func add(_ event: Ready) {
        for address in event.addresses { add("POSTERN_ADDRESS", address) }
        add("POSTERN_RECOVERED", event.recoveredEntryCount)
        add("POSTERN_REMOVED", event.removedDraftCount)
        add("POSTERN_DAMAGED", event.damagedEntryCount)
        add("POSTERN_CONFIG", event.configuration)
    }

    private mutating func add(_ event: SpoolScanned) {
        add("POSTERN_RECOVERED", event.recoveredEntryCount)
        add("POSTERN_REMOVED", event.removedDraftCount)
        add("POSTERN_DAMAGED", event.damagedEntryCount)
        add("POSTERN_DELAY_MS", Int(event.duration.wholeMilliseconds))
    }

    private mutating func add(_ event: Reloaded) {
        for part in event.changed.prefix(Limits.changedPartCount) { add("POSTERN_CHANGED", part) }
        add("POSTERN_PREVIOUS_CONFIG", event.previous)
        add("POSTERN_CONFIG", event.configuration)
    }

    private mutating func add(_ event: CertificateReloaded) {
        add("POSTERN_LISTENER", event.listener)
        add("POSTERN_PATH", event.path)
    }

    private mutating func add(_ event: SmartHostTrouble) {
        add("POSTERN_STREAM", event.stream)
        add("POSTERN_SMARTHOST", event.smartHost)
        add("POSTERN_TLS", event.tls)
        add("POSTERN_CREDENTIAL", event.credential)
        add("POSTERN_REPLY", event.reply)
        add("POSTERN_STATUS", event.status?.description)
        add("POSTERN_REASON", event.reason)
        add("POSTERN_NEXT_ATTEMPT", event.nextAttemptAt?.rfc3339)
    }

    private mutating func add(_ event: BreakerClosed) {
        add("POSTERN_STREAM", event.stream)
        add("POSTERN_SMARTHOST", event.smartHost)
        add("POSTERN_DELAY_MS", (event.duration?.wholeMilliseconds).map(Int.init))
    }

    private mutating func add(_ event: StreamPaused) {
        add("POSTERN_STREAM", event.stream)
        add("POSTERN_OPERATOR", event.operatorName)
        add("POSTERN_REASON", event.reason)
        add("POSTERN_UNTIL", event.until?.rfc3339)
    }

    private mutating func add(_ event: StreamResumed) {
        add("POSTERN_STREAM", event.stream)
        add("POSTERN_OPERATOR", event.operatorName)
        add("POSTERN_REASON", event.reason)
        add("POSTERN_DELAY_MS", Int(event.duration.wholeMilliseconds))
    }

    private mutating func add(_ event: StreamRoom) {
        add("POSTERN_STREAM", event.stream)
        add("POSTERN_COUNT", event.queuedCount)
        add("POSTERN_SIZE", event.queuedByteCount)
        add("POSTERN_REASON", event.limits)
    }

    private mutating func add(_ event: ClientTrouble) {
        add("POSTERN_LISTENER", event.listener)
        add("POSTERN_CLIENT", event.client)
        add("POSTERN_REASON", event.reason)
    }

    private mutating func add(_ event: AuthFailed) {
        add("POSTERN_LISTENER", event.listener)
        add("POSTERN_CLIENT", event.client)
        add("POSTERN_USER", event.user)
        add("POSTERN_REPLY", event.reply)
    }

    private mutating func add(_ event: SpoolRoom) {
        add("POSTERN_DIRECTORY", event.directory)
        add("POSTERN_FREE", event.freeByteCount)
        add("POSTERN_REQUIRED", event.minimumFreeByteCount)
        add("POSTERN_REASON", event.reason)
    }

    private mutating func add(_ event: EntryDamaged) {
        add("POSTERN_ID", event.id)
        add("POSTERN_PATH", event.path)
        add("POSTERN_REASON", event.reason)
    }

    private mutating func add(_ event: PolicyError) {
        add("POSTERN_ID", event.id)
        add(event.origin)
        add(sender: event.sender)
        add(recipients: event.recipients)
        add("POSTERN_REASON", event.reason)
        add(rule: event.rule)
    }

    private mutating func add(_ event: EventsDropped) {
        add("POSTERN_COUNT", event.count)
        add("POSTERN_SINCE", event.since.rfc3339)
    }

    private mutating func add(_ event: Dialogue) {
        add("POSTERN_PEER", event.peer)
        add("POSTERN_PLACE", event.place)
    }
}
