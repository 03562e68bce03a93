import MailSyntax

/// What the index knows of a share: 56 bytes, as a spool may hold a million of them.
struct ShareRow: SlabRow, Sendable {
    let entry: QueueID
    let acceptedAt: Timestamp
    /// Of one that is held: since when.
    var dueAt: Uptime
    let marks: AddressMarks
    let messageByteCount: UInt32
    /// The number of its folder.
    let place: UInt32
    let number: UInt16
    /// Place in the list of stream names.
    var stream: UInt16
    var attemptCount: UInt32
    var whereabouts: Whereabouts
    /// A person must release it.
    var isHeld: Bool
    /// Found by the scan, and no attempt was recorded since.
    var isRecovered: Bool
    /// Its last attempt found no smart host well.
    var isStalled = false

    enum Whereabouts: Equatable, Sendable {
        /// It waits for its time.
        case queued(DueQueues.Name)
        /// Its stream has a ticket for it.
        case offered
        /// Being delivered or changed: nobody else may.
        case underWay
        /// It waits for a person.
        case held
    }

    var key: ShareID { ShareID(entry: entry, number: Int(number)) }
    var state: ShareState { isHeld ? .held : attemptCount > 0 ? .retrying : .waiting }
    /// It was tried before, or may have been.
    var isRetry: Bool { attemptCount > 0 || isRecovered }
    /// The queue that it waits in.
    var queue: DueQueues.Name { isStalled ? .stalled : isRetry ? .retries : .fresh }
    var dueKey: DueKey { DueKey(dueAt, key) }
    var ticket: Ticket {
        Ticket(share: key, attemptCount: Int(attemptCount), acceptedAt: acceptedAt, isRecovered: isRecovered)
    }
}
