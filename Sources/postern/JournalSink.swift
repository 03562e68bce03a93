import Glibc
import RelayEvents
import RelaySettings
import SystemdBridge

/// Writes events to the systemd journal.
struct JournalSink: EventSink {
    private let journal = JournalWriter()

    func write(_ events: [EventFields]) {
        for event in events { journal.send(event.bytes, fields: event.places.map(\.whole)) }
    }

    /// Where events go by `log.to`; `auto` finds out whether there is a journal for us.
    static func sink(for log: LogSettings) -> any EventSink {
        switch log.destination {
        case .journal: return JournalSink()
        case .stderr: return StandardErrorSink()
        case .auto:
            let journalStream = getenv("JOURNAL_STREAM").map { String(cString: $0) }
            return JournalWriter.isTheirs(journalStream: journalStream) ? JournalSink() : StandardErrorSink()
        }
    }
}

extension EventLevel {
    /// The level that `log.level` names; events have no `info`.
    init(_ level: LogSettings.Level) {
        switch level {
        case .error: self = .error
        case .warning: self = .warning
        case .notice, .info: self = .notice
        case .debug: self = .debug
        }
    }
}
