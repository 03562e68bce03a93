public import MailSyntax
import Synchronization

/// Keeps accepted mail until told otherwise, through any crash.
///
/// All functions may be called from anywhere at any time. Disks are waited for on the spool's own threads.
public final class Spool: Sendable {
    /// What was found when it was opened.
    public let recovered: RecoveryReport
    let folder: SpoolFolder
    let pool: DiskPool
    let index: Mutex<SpoolIndex>
    let now: @Sendable () -> Timestamp
    let waiterKeys = Atomic<Int>(0)
    private let syncs: FolderSync
    private let ids: QueueIDSource
    private let roomWatch: RoomWatch

    /// Opens the spool, made if it is missing, for this process alone, and recovers what is in it.
    /// - Parameters:
    ///   - now: wall time.
    ///   - random: 64 bits by chance, for IDs that cannot be guessed.
    public static func open(
        _ options: SpoolOptions, disk: any Disk = PosixDisk(), now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> UInt64
    ) async throws(SpoolError) -> Spool {
        let threadCount = min(
            max(options.diskThreadCount, Limits.diskThreadCount.lowerBound), Limits.diskThreadCount.upperBound
        )
        let pool = DiskPool(threadCount: threadCount)
        do throws(SpoolError) {
            return try await pool.run(.records) { () throws(SpoolError) in
                try Spool(options, disk: disk, pool: pool, now: now, random: random)
            }
        } catch {
            pool.stop()
            throw error
        }
    }

    private init(
        _ options: SpoolOptions, disk: any Disk, pool: DiskPool, now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> UInt64
    ) throws(SpoolError) {
        let folder = try SpoolFolder(options.directory, disk: disk)
        let ids = QueueIDSource(now: now, random: random)
        var index = SpoolIndex()
        recovered = try Recovery.run(folder) { stored, place in
            let entry = stored.entry
            ids.pass(entry.id)
            _ = index.insert(
                entry.id, place: place, acceptedAt: entry.origin.receivedAt,
                messageByteCount: entry.messageByteCount, shares: entry.shares, isRecovered: true)
        }
        self.folder = folder
        self.pool = pool
        self.now = now
        self.ids = ids
        self.index = Mutex(index)
        syncs = FolderSync { place throws(SpoolError) in try folder.sync(place) }
        roomWatch = RoomWatch(disk, options, now: now)
    }

    deinit { pool.stop() }

    /// Does what was begun, then lets other processes in. Nothing works any more.
    public func close() async {
        wake(index.withLock { $0.close() })
        await pool.stopped()
        folder.close()
    }

    // MARK: Room

    /// Whether there is room for new mail, as it was at most a second ago.
    public var hasRoom: Bool { roomWatch.hasRoom }

    /// What is free on the spool's disk; nil: the disk does not say.
    public var room: DiskRoom? { roomWatch.room }

    // MARK: Taking mail

    /// A new message. Where there is no room, the first `append` says so.
    public func makeDraft() -> Draft { Draft(ids.next(), folder: folder, pool: pool, room: roomWatch) }

    /// Puts a message on the disk with all that is known of it. Once it returns, no crash undoes it; if it
    /// throws, the message is gone.
    @discardableResult
    public func commit(_ draft: consuming Draft, _ entry: NewEntry) async throws(SpoolError) -> QueueID {
        let id = draft.id
        let (message, file) = try draft.finish()
        let failure: SpoolError? = await withUnsafeContinuation { continuation in
            let isTaken = pool.submit(.commits) { [self] in
                store(entry, id, message, file) { continuation.resume(returning: $0) }
            }
            if !isTaken { continuation.resume(returning: .closed) }
        }
        if let failure {
            if failure == .full { roomWatch.fill() }
            throw failure
        }
        return id
    }

    private func store(
        _ entry: NewEntry, _ id: QueueID, _ message: EntryEncoder.Message, _ file: DraftFile?,
        _ conclude: @escaping @Sendable (SpoolError?) -> Void
    ) {
        let stored: SpoolFolder.Stored
        do throws(SpoolError) {
            stored = try folder.store(entry, id: id, message: message, draft: file, pool: pool)
        } catch { return conclude(error) }
        let acceptedAt = entry.origin.receivedAt
        syncs.join(stored.place) { [self] failure in
            if failure == nil { admit(stored, acceptedAt) } else { folder.discard(id, in: stored.place) }
            conclude(failure)
        }
    }

    private func admit(_ stored: SpoolFolder.Stored, _ acceptedAt: Timestamp) {
        let woken = index.withLock { index in
            index.insert(
                stored.id, place: stored.place, acceptedAt: acceptedAt,
                messageByteCount: stored.messageByteCount, shares: stored.shares, isRecovered: false)
        }
        wake(woken)
    }

    /// Does something else that waits for a disk on the threads that do so, behind what mail waits for.
    public func onDisk<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value
    ) async throws(SpoolError) -> Value {
        try await pool.run(.records) { () throws(SpoolError) in work() }
    }

    // MARK: Reading

    /// All that is known of an entry of which something waits.
    public func entry(_ id: QueueID) async throws(SpoolError) -> Entry {
        try await opened(id) { folder, place throws(SpoolError) in
            try folder.open(id, in: place).stored.entry
        }
    }

    /// The message of an entry as it was received.
    public func message(_ id: QueueID) async throws(SpoolError) -> MessageReader {
        try await opened(id) { [pool] folder, place throws(SpoolError) in
            MessageReader(try folder.openChecked(id, in: place), nil, pool: pool)
        }
    }

    private func opened<Value: Sendable>(
        _ id: QueueID, _ read: @escaping @Sendable (SpoolFolder, Int) throws(SpoolError) -> Value
    ) async throws(SpoolError) -> Value {
        guard let place = index.withLock({ $0.place(of: id) }) else { throw .notFound }
        do throws(SpoolError) {
            return try await pool.run(.records) { [folder] () throws(SpoolError) in try read(folder, place) }
        } catch { throw dropIfDamaged(error, id) }
    }

    /// Nothing of a damaged entry is to be delivered.
    func dropIfDamaged(_ error: SpoolError, _ id: QueueID) -> SpoolError {
        if case .damaged = error { index.withLock { $0.drop(id) } }
        return error
    }
}
