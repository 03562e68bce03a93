import MailSyntax
import Synchronization

/// Whether there is room for new mail; looks at the disk once in a while. After a commit that the disk refused it
/// takes no numbers for an answer: a small file must have been stored first.
final class RoomWatch: Sendable {
    private struct Look {
        var room: DiskRoom?
        var hasRoom: Bool
        var at: Timestamp
    }

    private struct State {
        var last: Look?
        /// Why the disk refused a commit, until it has stored something again.
        var trouble: String?
        var isProbing = false
    }

    private let disk: any Disk
    private let path: String
    private let minimumFreeByteCount: Int
    private let now: @Sendable () -> Timestamp
    private let run: @Sendable (@escaping DiskPool.Job) -> Void
    private let state = Mutex(State())

    /// `run` does what may wait for the disk.
    init(
        _ disk: any Disk, _ options: SpoolOptions, now: @escaping @Sendable () -> Timestamp,
        run: @escaping @Sendable (@escaping DiskPool.Job) -> Void
    ) {
        self.disk = disk
        path = options.directory
        minimumFreeByteCount = options.minimumFreeByteCount
        self.now = now
        self.run = run
    }

    var hasRoom: Bool { look().hasRoom }

    /// What is free; nil: the disk does not say.
    var room: DiskRoom? { look().room }

    /// Why the disk refused a commit, if it still may.
    var trouble: String? { state.withLock(\.trouble) }

    /// Something could not be stored just now.
    func distrust(_ error: SpoolError) {
        switch error {
        case .full, .unavailable: break
        case .inUse, .notFound, .damaged, .underWay, .unfitting, .tooLarge, .closed: return
        }
        let moment = now()
        state.withLock { state in
            state.trouble = error.description
            state.last = Look(room: state.last?.room, hasRoom: false, at: moment)
        }
    }

    private func look() -> Look {
        let moment = now()
        let (look, probes) = state.withLock { state -> (Look, Bool) in
            // A clock that was set back must not make an old look last.
            if let last = state.last, last.at <= moment, moment - last.at < Limits.roomAge {
                return (last, false)
            }
            var look = measure(at: moment)
            let probes = look.hasRoom && state.trouble != nil && !state.isProbing
            look.hasRoom = look.hasRoom && state.trouble == nil
            state.isProbing = state.isProbing || probes
            state.last = look
            return (look, probes)
        }
        if probes { run { [self] in probe() } }
        return look
    }

    private func measure(at moment: Timestamp) -> Look {
        // A disk that does not say has no room.
        guard let room = try? disk.room(at: path) else { return Look(room: nil, hasRoom: false, at: moment) }
        let hasFiles = (room.freeFileCount ?? .max) >= Limits.minimumFreeFileCount
        return Look(room: room, hasRoom: hasFiles && room.freeByteCount >= minimumFreeByteCount, at: moment)
    }

    private func probe() {
        var failure: SpoolError?
        do throws(DiskError) { try DiskProbe.store(on: disk, in: path + "/queue") } catch {
            failure = SpoolError(error)
        }
        state.withLock { state in
            state.isProbing = false
            state.trouble = failure?.description
            // Seen at once by whoever asks next.
            if failure == nil { state.last = nil }
        }
    }
}

/// Stores a small file and removes it, as a commit would.
enum DiskProbe {
    /// No name of a folder of the queue: the scan passes over one that was left.
    static let name = "probe"

    static func store(on disk: any Disk, in folder: String) throws(DiskError) {
        let path = folder + "/" + name
        do throws(DiskError) { try disk.remove(path) } catch  where error.reason == .missing {}
        let file = try disk.create(path)
        defer { disk.close(file) }
        try disk.writeAll([UInt8](repeating: 0, count: Limits.probeByteCount), to: file, at: 0)
        try disk.sync(file)
        try disk.remove(path)
    }
}
