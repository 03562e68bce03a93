import Synchronization

/// An open file of an entry; closed with the last reference to it.
final class EntryFile: Sendable {
    let disk: any Disk
    let file: DiskFile

    init(_ disk: any Disk, _ path: String, forWriting: Bool) throws(DiskError) {
        self.disk = disk
        file = try disk.open(path, forWriting: forWriting)
    }

    deinit { disk.close(file) }
}

/// A file that is being made. It ends in one of two ways: it is committed, or it is gone.
final class DraftFile: Sendable {
    let id: QueueID
    /// The number of the folder that it is in.
    let place: Int
    let file: DiskFile
    private let folder: SpoolFolder
    private let pool: DiskPool?
    private let isSettled = Mutex(false)

    init(_ id: QueueID, in place: Int, file: DiskFile, folder: SpoolFolder, pool: DiskPool?) {
        self.id = id
        self.place = place
        self.file = file
        self.folder = folder
        self.pool = pool
    }

    var disk: any Disk { folder.disk }

    /// The file is committed or was removed: it is not for us to remove any more.
    func settle() { isSettled.withLock { $0 = true } }

    deinit {
        guard !isSettled.withLock({ $0 }) else { return }
        let discard: DiskPool.Job = { [id, place, file, folder] in folder.discard(id, in: place, file) }
        if pool?.submit(.records, discard) != true { discard() }
    }
}
