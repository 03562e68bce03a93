import RelayEvents
import SystemdBridge

/// The journal as a place for events.
struct JournalSink: EventSink {
    private let journal = JournalWriter()

    func write(_ events: [EventFields]) {
        for event in events { journal.send(event.bytes, fields: event.places.map(\.whole)) }
    }
}
