/// Why the spool did not do what it was asked to. What was acknowledged before is untouched.
public enum SpoolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No space or no files left, or less than `SpoolOptions.minimumFreeByteCount`.
    case full
    /// The disk does not do it; says what and why, for the log, with paths.
    case unavailable(String)
    /// Another process has the spool open; says which.
    case inUse(String)
    /// There is no such entry, or nothing of it waits.
    case notFound
    /// The entry was set aside; nothing of it will be delivered.
    case damaged(DamagedFile)
    /// The share is being delivered or changed at this moment.
    case underWay
    /// The operation does not fit the share's state: a release of what is not held.
    case unfitting
    /// More than a file can hold; says what.
    case tooLarge(String)
    /// The spool was closed.
    case closed

    /// Whether trying later may help.
    public var isTemporary: Bool {
        switch self {
        case .full, .unavailable, .inUse, .underWay, .closed: true
        case .notFound, .damaged, .unfitting, .tooLarge: false
        }
    }

    /// For the log.
    public var description: String {
        switch self {
        case .full: "no room on the disk"
        case .unavailable(let reason): reason
        case .inUse(let holder): "the spool is in use by \(holder)"
        case .notFound: "not in the queue"
        case .damaged(let file): "damaged, set aside as \(file.path): \(file.reason)"
        case .underWay: "under way at this moment"
        case .unfitting: "not in a state for this"
        case .tooLarge(let what): "\(what) too large"
        case .closed: "the spool is closed"
        }
    }

    init(_ error: DiskError) {
        self = error.reason == .noSpace ? .full : .unavailable(error.description)
    }
}
