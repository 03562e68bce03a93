import RelayEvents
import RelaySettings

/// Tells the journal, if there is one, why the relay does not start: whoever looks there later finds the reason with
/// its explanation. Standard error hears it in any case.
enum StartFailure {
    /// Written when this returns, unless the journal does not take it in time.
    static func tell(_ reason: String, log: LogSettings) {
        guard let sink = JournalSink.sink(for: log) as? JournalSink else { return }
        let events = EventLog(sink: sink, tellsDialogues: false, now: WallClock.now)
        events.tell(.startFailed(reason: reason))
        events.close(within: .seconds(1))
    }
}
