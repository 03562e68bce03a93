/// Where events are written: the journal or standard error.
///
/// A sink is called by the log's writer thread alone, and may block: nobody but that thread waits.
package protocol EventSink: Sendable {
    /// Writes these events, oldest first.
    func write(_ events: [EventFields])
}
