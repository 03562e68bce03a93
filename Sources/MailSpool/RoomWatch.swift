import MailSyntax
import Synchronization

/// Whether there is room for new mail; looks at the disk once in a while.
final class RoomWatch: Sendable {
    private struct Look {
        var room: DiskRoom?
        var hasRoom: Bool
        var at: Timestamp
    }

    private let disk: any Disk
    private let path: String
    private let minimumFreeByteCount: Int
    private let now: @Sendable () -> Timestamp
    private let last = Mutex<Look?>(nil)

    init(_ disk: any Disk, _ options: SpoolOptions, now: @escaping @Sendable () -> Timestamp) {
        self.disk = disk
        path = options.directory
        minimumFreeByteCount = options.minimumFreeByteCount
        self.now = now
    }

    var hasRoom: Bool { look().hasRoom }

    /// What is free; nil: the disk does not say.
    var room: DiskRoom? { look().room }

    /// The disk has just said that it is full.
    func fill() {
        let moment = now()
        last.withLock { $0 = Look(room: $0?.room, hasRoom: false, at: moment) }
    }

    private func look() -> Look {
        let moment = now()
        return last.withLock { last in
            // A clock that was set back must not make an old look last.
            if let last, last.at <= moment, moment - last.at < Limits.roomAge { return last }
            let look = measure(at: moment)
            last = look
            return look
        }
    }

    private func measure(at moment: Timestamp) -> Look {
        // A disk that does not say has no room.
        guard let room = try? disk.room(at: path) else { return Look(room: nil, hasRoom: false, at: moment) }
        let hasFiles = (room.freeFileCount ?? .max) >= Limits.minimumFreeFileCount
        return Look(room: room, hasRoom: hasFiles && room.freeByteCount >= minimumFreeByteCount, at: moment)
    }
}
