import MailSyntax
import Synchronization

/// The spool on its disk, without threads and without memory of what waits: each operation is a few calls of
/// the disk, in an order that may be cut off at any of them.
final class SpoolFolder: Sendable {
    let disk: any Disk
    let path: String
    let folders: QueueFolders
    private let lockFile: DiskFile
    private let isClosed = Atomic(false)
    /// Changes of one entry go one after the other; entries share these by chance.
    private let stripes = (0..<64).map { _ in Stripe() }
    /// Results of attempts that the disk did not take: while we live they count as if it had.
    private let unsaved = Mutex<[ShareID: (share: Share, place: Int)]>([:])
    /// Entries of which an append failed.
    private let suspects = Mutex<Set<QueueID>>([])
    /// Entries with so many shares that appends lean on each other, of which we synced one that did not: what a
    /// process before us wrote and could not sync may be read, and be gone after a power cut.
    private let trusted = Mutex<Set<QueueID>>([])
    /// Files that could not be removed. None of them is in the index; they are tried again now and then.
    private let leftovers = Mutex<[(id: QueueID, place: Int)]>([])

    private final class Stripe: Sendable {
        let mutex = Mutex(())
    }

    /// Makes what is missing and keeps every other process out until `close`.
    init(
        _ path: String, disk: any Disk, folderEntryCount: Int = Limits.folderEntryCount
    ) throws(SpoolError) {
        self.disk = disk
        self.path = path
        folders = QueueFolders(disk, path: path, entryCountLimit: folderEntryCount)
        do throws(DiskError) {
            try disk.makeFolderIfMissing(path)
            lockFile = try disk.lock(path + "/lock")
        } catch {
            if case .locked(let holder) = error.reason { throw .inUse(holder) }
            throw SpoolError(error)
        }
        try prepare()
    }

    deinit { close() }

    /// Lets other processes in.
    func close() {
        if !isClosed.exchange(true, ordering: .relaxed) { disk.close(lockFile) }
    }

    var queuePath: String { path + "/queue" }

    func path(_ id: QueueID, in place: Int) -> String { folders.path(place) + "/" + id.description }

    // MARK: Taking mail

    /// A new file under its final name. Without records at its end it is a draft.
    func create(_ id: QueueID, pool: DiskPool? = nil) throws(SpoolError) -> DraftFile {
        retryLeftover()
        let place = try folders.allot()
        do throws(DiskError) {
            let file = try disk.create(path(id, in: place))
            return DraftFile(id, in: place, file: file, folder: self, pool: pool)
        } catch {
            if error.reason != .noSpace { folders.forsake(place) }
            folders.leave(place)
            throw SpoolError(error)
        }
    }

    /// Writes a part of the message.
    func write(_ bytes: [UInt8], to draft: DraftFile, at offset: Int) throws(SpoolError) {
        do throws(DiskError) { try disk.writeAll(bytes, to: draft.file, at: offset) } catch {
            throw SpoolError(error)
        }
    }

    /// Writes the rest of the message and all records, and syncs the file. The entry is accepted once its folder
    /// is synced as well. After an error the draft is gone: a sync that failed once proves nothing later.
    func store(
        _ entry: NewEntry, id: QueueID, message: EntryEncoder.Message, draft: DraftFile?,
        pool: DiskPool? = nil
    ) throws(SpoolError) -> Stored {
        let (bytes, shares) = try EntryEncoder.encode(entry, id: id, message: message)
        let file = if let draft { draft } else { try create(id, pool: pool) }
        do throws(DiskError) {
            try disk.writeAll(bytes, to: file.file, at: message.offset)
            try disk.sync(file.file)
        } catch {
            file.settle()
            discard(id, in: file.place, file.file)
            throw SpoolError(error)
        }
        file.settle()
        disk.close(file.file)
        if shares.count > Limits.wholeShareCount { trusted.withLock { _ = $0.insert(id) } }
        return Stored(id: id, place: file.place, shares: shares, messageByteCount: message.byteCount)
    }

    /// An entry whose file is durable.
    struct Stored: Sendable {
        let id: QueueID
        let place: Int
        let shares: [Share]
        let messageByteCount: Int
    }

    /// Makes the names in a folder durable.
    func sync(_ place: Int) throws(SpoolError) {
        do throws(DiskError) { try disk.syncFolder(folders.path(place)) } catch { throw SpoolError(error) }
    }

    /// Makes durable that a file of the folder was removed; the folder may have gone with it.
    func syncRemoval(_ place: Int) throws(SpoolError) {
        do throws(DiskError) {
            do throws(DiskError) { try disk.syncFolder(folders.path(place)) } catch
                where error.reason == .missing
            {
                try disk.syncFolder(path + "/queue")
            }
        } catch { throw SpoolError(error) }
    }

    /// Removes a file that never was accepted. If it cannot be removed it is emptied, so that it is none.
    func discard(_ id: QueueID, in place: Int, _ open: DiskFile? = nil) {
        defer { if let open { disk.close(open) } }
        do throws(DiskError) {
            try removeFile(id, in: place)
            folders.leave(place)
        } catch {
            leftovers.withLock { $0.append((id, place)) }
            empty(path(id, in: place), open)
        }
    }

    private func empty(_ name: String, _ open: DiskFile?) {
        // What can be done was tried; the file is not in the index, and the next start will find it.
        try? { () throws(DiskError) in
            if let open { return try disk.truncate(open, to: 0) }
            let file = try EntryFile(disk, name, forWriting: true)
            try disk.truncate(file.file, to: 0)
        }()
    }

    /// It may be gone already.
    private func removeFile(_ id: QueueID, in place: Int) throws(DiskError) {
        do throws(DiskError) { try disk.remove(path(id, in: place)) } catch  where error.reason == .missing {
            try proveFolder(place)
        }
    }

    /// That a file is missing says something only where its folder is: one that was moved away comes back with all
    /// that is in it.
    private func proveFolder(_ place: Int) throws(DiskError) {
        if folders.isInUse(place) { try disk.syncFolder(folders.path(place)) }
    }

    private func retryLeftover() {
        guard let (id, place) = leftovers.withLock({ $0.popLast() }) else { return }
        do throws(DiskError) {
            try removeFile(id, in: place)
            folders.leave(place)
        } catch {
            leftovers.withLock { $0.insert((id, place), at: 0) }
        }
    }

    // MARK: Reading

    /// Reads the records of an entry. A damaged one is set aside.
    func open(_ id: QueueID, in place: Int, forWriting: Bool = false) throws(SpoolError) -> Opened {
        do throws(ReadError) {
            var opened = try look(id, in: place, forWriting: forWriting)
            unsaved.withLock { unsaved in
                guard !unsaved.isEmpty else { return }
                for index in opened.stored.entry.shares.indices {
                    if let kept = unsaved[ShareID(entry: id, number: index + 1)] {
                        opened.stored.entry.shares[index] = kept.share
                    }
                }
            }
            return opened
        } catch { throw trouble(error, with: id, in: place) }
    }

    /// As `open`, and proves that the message is what was received.
    func openChecked(_ id: QueueID, in place: Int) throws(SpoolError) -> Opened {
        let opened = try open(id, in: place)
        do throws(ReadError) {
            try opened.proveMessage()
            return opened
        } catch { throw trouble(error, with: id, in: place) }
    }

    /// The entry as it is on the disk; nothing is touched.
    func look(_ id: QueueID, in place: Int, forWriting: Bool = false) throws(ReadError) -> Opened {
        try look(id, at: path(id, in: place), forWriting: forWriting)
    }

    /// The same, where the path is known.
    func look(
        _ id: QueueID, at path: String, forWriting: Bool = false, tailByteCount: Int = Limits.viewByteCount
    ) throws(ReadError) -> Opened {
        try Opened(disk, path, id: id, forWriting: forWriting, tailByteCount: tailByteCount)
    }

    private func trouble(_ error: ReadError, with id: QueueID, in place: Int) -> SpoolError {
        switch error {
        case .disk(let error): error.reason == .missing ? absence(in: place) : SpoolError(error)
        case .format(let error):
            .damaged(setAside(id.description, at: path(id, in: place), in: place, error))
        case .draft: .damaged(setAside(id.description, at: path(id, in: place), in: place, .noFooter))
        }
    }

    private func absence(in place: Int) -> SpoolError {
        do throws(DiskError) { try proveFolder(place) } catch { return SpoolError(error) }
        return .notFound
    }

    /// Moves a file that is no entry of ours to `damaged/`, under its own name.
    func setAside(_ name: String, at source: String, in place: Int?, _ reason: FormatError) -> DamagedFile {
        let target = DamagedFile.setAside(name, at: source, in: path, disk)
        if target != nil, let place { folders.leave(place) }
        return DamagedFile(id: QueueID(name), path: target ?? source, reason: reason.description)
    }

    // MARK: Changing

    /// Changes a share as a person wishes; nothing is changed if the disk does not take it. It is synced even if
    /// it decides nothing: the person was answered by what is read, which the disk may have refused to a process
    /// before this one.
    func change(
        _ id: ShareID, in place: Int, _ body: (inout Share) -> Void
    ) throws(SpoolError) -> Share {
        try exclusively(id.entry) { () throws(SpoolError) in
            let opened = try open(id.entry, in: place, forWriting: true)
            var share = try opened.stored.share(id.number)
            body(&share)
            try append(share, to: opened, synced: true)
            return share
        }
    }

    /// Records what an attempt made of a share. Should the disk not take it, it holds all the same while the
    /// process lives, since it tells what has happened in the world.
    func record(_ share: Share, of entry: QueueID, in place: Int) throws(SpoolError) {
        try exclusively(entry) { () throws(SpoolError) in
            do throws(SpoolError) {
                try append(share, to: try open(entry, in: place, forWriting: true))
            } catch {
                if error.isTemporary {
                    unsaved.withLock { $0[ShareID(entry: entry, number: share.number)] = (share, place) }
                }
                throw error
            }
        }
    }

    /// Tries again what the disk did not take.
    func catchUp() {
        for _ in leftovers.withLock(\.indices) { retryLeftover() }
        for (id, kept) in unsaved.withLock({ $0 }) {
            do throws(SpoolError) {
                try exclusively(id.entry) { () throws(SpoolError) in
                    // Another attempt may have come between, or somebody who removed the file.
                    guard let share = unsaved.withLock({ $0[id]?.share }) else { return }
                    try append(share, to: try open(id.entry, in: kept.place, forWriting: true))
                }
            } catch  where error.isTemporary {} catch { unsaved.withLock { $0[id] = nil } }
        }
    }

    /// Changes of one entry go one after the other.
    private func exclusively<Value: Sendable>(
        _ entry: QueueID, _ body: () throws(SpoolError) -> Value
    ) throws(SpoolError) -> Value {
        let stripe = stripes[Int(entry.rawValue % UInt64(stripes.count))]
        return try stripe.mutex.withLock { _ throws(SpoolError) in try body() }
    }

    /// Synced if it decides what is sent to whom; what only says when is not, as a slow smart host must not cost
    /// a sync each attempt.
    private func append(
        _ share: Share, to opened: Opened, synced mustSync: Bool = false
    ) throws(SpoolError) {
        let id = ShareID(entry: opened.stored.entry.id, number: share.number)
        let before = try opened.stored.share(share.number)
        // What is in memory only may differ from the disk in anything.
        let isUnsaved = unsaved.withLock { $0[id] != nil }
        let bytes = try encode(share, for: opened.stored)
        // An append that failed may be read all the same, and be gone after a power cut.
        let isSuspect =
            suspects.withLock { $0.contains(id.entry) }
            || opened.stored.isWide && !trusted.withLock { $0.contains(id.entry) }
        let isSynced = mustSync || isUnsaved || isSuspect || share.differsInFate(from: before)
        try append(bytes, to: opened, synced: isSynced)
        if isUnsaved { unsaved.withLock { $0[id] = nil } }
    }

    /// What was appended before may be lost although it can be read: a sync that failed forgets it. So an append
    /// holds the state of all shares and leans on nothing but what was synced before the entry was accepted,
    /// unless there are so many shares that this would be too much without need.
    private func encode(_ share: Share, for stored: StoredEntry) throws(SpoolError) -> [UInt8] {
        let entry = stored.entry
        let isWhole = !trusted.withLock { $0.contains(entry.id) }
        let others = isWhole ? entry.shares.filter { stored.statedNumbers.contains($0.number) } : []
        return try EntryEncoder.encode(
            states: others.filter { $0.number != share.number } + [share], id: entry.id,
            at: stored.endOffset, previous: isWhole ? stored.commit : stored.newest,
            messageByteCount: entry.messageByteCount)
    }

    private func append(_ bytes: [UInt8], to opened: Opened, synced: Bool) throws(SpoolError) {
        let (stored, file) = (opened.stored, opened.file.file)
        do throws(DiskError) {
            let isTorn = opened.view.byteCount > stored.endOffset
            if isTorn { try disk.truncate(file, to: stored.endOffset) }
            // What is left of another append must be gone for good before this one comes to lie there, or a power
            // cut might bring it back.
            if isTorn || suspects.withLock({ $0.contains(stored.entry.id) }) { try disk.sync(file) }
            try disk.writeAll(bytes, to: file, at: stored.endOffset)
            if synced { try disk.sync(file) }
        } catch {
            suspects.withLock { _ = $0.insert(stored.entry.id) }
            trusted.withLock { if !$0.isEmpty { $0.remove(stored.entry.id) } }
            // A reader passes over what is left of it, but would believe a whole record.
            try? disk.truncate(file, to: stored.endOffset)
            throw SpoolError(error)
        }
        guard synced else { return }
        suspects.withLock { if !$0.isEmpty { $0.remove(stored.entry.id) } }
        if stored.isWide { trusted.withLock { _ = $0.insert(stored.entry.id) } }
    }

    /// All shares of an entry have ended: its file goes. Should it stay, its last record must say so: nil if it
    /// does, else the share that ended last.
    func remove(_ id: QueueID, in place: Int, last: Share?) throws(SpoolError) {
        retryLeftover()
        do throws(DiskError) {
            try removeFile(id, in: place)
        } catch {
            leftovers.withLock { $0.append((id, place)) }
            guard let last else { return }
            return try record(last, of: id, in: place)
        }
        unsaved.withLock { unsaved in
            if !unsaved.isEmpty { unsaved = unsaved.filter { $0.key.entry != id } }
        }
        suspects.withLock { if !$0.isEmpty { $0.remove(id) } }
        trusted.withLock { if !$0.isEmpty { $0.remove(id) } }
        folders.leave(place)
    }
}

extension StoredEntry {
    fileprivate var isWide: Bool { entry.shares.count > Limits.wholeShareCount }

    fileprivate func share(_ number: Int) throws(SpoolError) -> Share {
        guard entry.shares.indices.contains(number - 1) else { throw .notFound }
        return entry.shares[number - 1]
    }
}

extension Share {
    /// Whether recipients, standing or stream are others: what must survive a power cut.
    fileprivate func differsInFate(from other: Share) -> Bool {
        standing != other.standing || stream != other.stream
            || zip(recipients, other.recipients).contains { $0.status != $1.status }
    }
}
