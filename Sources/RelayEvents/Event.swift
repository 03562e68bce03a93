/// Everything worth a log line or a counter: one case per fact, told once.
///
/// The names that readers of the journal meet are those of `EventKind`. Building an event is cheap: it
/// takes what the teller holds anyway, and turning it into text is the writer thread's work.
package enum Event: Sendable {
    // The fate of mail.
    case accepted(Accepted)
    case created(Created)
    case refused(Refused)
    case held(Held)
    case released(Operated)
    case discarded(Discarded)
    case delivered(Delivery)
    case deferred(Delivery)
    case failed(Delivery)
    case expired(Delivery)
    case deleted(Operated)
    /// `into` is the stream that it leaves by now; the other is the one before.
    case rerouted(Operated, into: String)
    case uncertain(Delivery)

    // The service.
    case started(Started)
    case startFailed(reason: String)
    case ready(Ready)
    case stopping(reason: String)
    case reloaded(Reloaded)
    case reloadFailed(reason: String)
    case policyReloadFailed(reason: String)
    case certificateReloaded(CertificateReloaded)
    case selfCheckFailed(reason: String)
    case streamPaused(StreamPaused)
    case streamResumed(StreamResumed)
    case streamFull(StreamRoom)
    case streamOK(StreamRoom)
    case loginFailed(SmartHostTrouble)
    case tlsFailed(SmartHostTrouble)
    case clientTLSFailed(ClientTrouble)
    case breakerOpened(SmartHostTrouble)
    case breakerClosed(BreakerClosed)
    case spoolFull(SpoolRoom)
    case spoolOK(SpoolRoom)
    case spoolScanned(SpoolScanned)
    case entryDamaged(EntryDamaged)
    case policyError(PolicyError)
    case clientLimited(ClientTrouble)
    case authFailed(AuthFailed)
    case eventsDropped(EventsDropped)

    // Protocol.
    case dialogue(Dialogue)

    /// The event's name, level and message ID.
    package var kind: EventKind {
        switch self {
        case .accepted: .accepted
        case .created: .created
        case .refused: .refused
        case .held: .held
        case .released: .released
        case .discarded: .discarded
        case .delivered: .delivered
        case .deferred: .deferred
        case .failed: .failed
        case .expired: .expired
        case .deleted: .deleted
        case .rerouted: .rerouted
        case .uncertain: .uncertain
        case .started: .started
        case .startFailed: .startFailed
        case .ready: .ready
        case .stopping: .stopping
        case .reloaded: .reloaded
        case .reloadFailed: .reloadFailed
        case .policyReloadFailed: .policyReloadFailed
        case .certificateReloaded: .certificateReloaded
        case .selfCheckFailed: .selfCheckFailed
        case .streamPaused: .streamPaused
        case .streamResumed: .streamResumed
        case .streamFull: .streamFull
        case .streamOK: .streamOK
        case .loginFailed: .loginFailed
        case .tlsFailed, .clientTLSFailed: .tlsFailed
        case .breakerOpened: .breakerOpened
        case .breakerClosed: .breakerClosed
        case .spoolFull: .spoolFull
        case .spoolOK: .spoolOK
        case .spoolScanned: .spoolScanned
        case .entryDamaged: .entryDamaged
        case .policyError: .policyError
        case .clientLimited: .clientLimited
        case .authFailed: .authFailed
        case .eventsDropped: .eventsDropped
        case .dialogue: .dialogue
        }
    }

    /// How much the event matters; a client whose TLS fails is no trouble of ours.
    package var level: EventLevel {
        if case .clientTLSFailed = self { .notice } else { kind.level }
    }
}
