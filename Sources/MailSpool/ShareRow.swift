import MailSyntax

/// What the index knows of a share: 56 bytes, as a spool may hold a million of them.
struct ShareRow: SlabRow, Sendable {
    let entry: QueueID
    let acceptedAt: Timestamp
    /// Of one that is held or failed: since when.
    var dueAt: Uptime
    let marks: AddressMarks
    let messageByteCount: UInt32
    /// The number of its folder.
    var place: UInt32
    let number: UInt16
    /// Place in the list of stream names.
    var stream: UInt16
    var attemptCount: UInt32
    var whereabouts: Whereabouts
    var fate: Fate
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
        /// It waits for a person, or for nothing.
        case held
    }

    enum Fate: UInt8, Sendable {
        /// It is on its way.
        case open
        /// A person must release it.
        case held
        /// It is over, and kept.
        case failed

        init(_ standing: Standing) {
            switch standing {
            case .waiting: self = .open
            case .held: self = .held
            case .ended: self = .failed
            }
        }
    }

    var isHeld: Bool { fate == .held }
    var isFailed: Bool { fate == .failed }
    var key: ShareID { ShareID(entry: entry, number: Int(number)) }
    var state: ShareState { isFailed ? .failed : isHeld ? .held : attemptCount > 0 ? .retrying : .waiting }
    /// It was tried before, or may have been.
    var isRetry: Bool { attemptCount > 0 || isRecovered }
    /// The queue that it waits in.
    var queue: DueQueues.Name { isStalled ? .stalled : isRetry ? .retries : .fresh }
    var dueKey: DueKey { DueKey(dueAt, key) }
    var ticket: Ticket {
        Ticket(share: key, attemptCount: Int(attemptCount), acceptedAt: acceptedAt, isRecovered: isRecovered)
    }
}
