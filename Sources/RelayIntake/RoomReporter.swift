import MailSpool
import RelayEvents
import RelaySettings
import Synchronization

/// Asks the spool for room before each transaction and after its message, and tells when the answer changes:
/// `spool-full`, `spool-ok`.
final class RoomReporter: Sendable {
    private let spool: Spool
    private let settings: SpoolSettings
    private let events: EventLog
    private let wasFull = Mutex(false)

    init(spool: Spool, settings: SpoolSettings, events: EventLog) {
        self.spool = spool
        self.settings = settings
        self.events = events
    }

    /// Whether new mail may come.
    var hasRoom: Bool { look() }

    /// A message has ended: perhaps for want of room.
    func messageEnded() { _ = look() }

    private func look() -> Bool {
        let isFull = !spool.hasRoom
        let isNews = wasFull.withLock { wasFull in
            defer { wasFull = isFull }
            return wasFull != isFull
        }
        if isNews { tell(isFull: isFull) }
        return !isFull
    }

    private func tell(isFull: Bool) {
        let room = SpoolRoom(
            directory: settings.directory, freeByteCount: spool.room?.freeByteCount ?? 0,
            minimumFreeByteCount: settings.minimumFreeByteCount, reason: isFull ? spool.trouble : nil)
        events.tell(isFull ? .spoolFull(room) : .spoolOK(room))
    }
}
