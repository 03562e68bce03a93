public import MailSyntax
import Synchronization

/// Keeps accepted mail until told otherwise, through any crash.
///
/// All functions may be called from anywhere at any time. Disks are waited for on the spool's own threads.
public final class Spool: Sendable {
    let folder: SpoolFolder
    let pool: DiskPool
    let index: Mutex<SpoolIndex>
    let keepsFailed: Bool
    let now: @Sendable () -> Timestamp
    let waiterKeys = Atomic<Int>(0)
    let heldChanges = Atomic<Int>(0)
    private let syncs: FolderSync
    private let ids: QueueIDSource
    private let roomWatch: RoomWatch
    let scan = Mutex(Scan())

    /// Opens the spool, made if it is missing, for this process alone. New mail can be taken as soon as it returns;
    /// what an earlier run left is looked through meanwhile: see `recovered` and `scanned`.
    /// - Parameters:
    ///   - now: wall time.
    ///   - uptime: continuous time.
    ///   - random: 64 bits by chance, for IDs that cannot be guessed.
    public static func open(
        _ options: SpoolOptions, disk: any Disk = PosixDisk(), now: @escaping @Sendable () -> Timestamp,
        uptime: @escaping @Sendable () -> Uptime, random: @escaping @Sendable () -> UInt64
    ) async throws(SpoolError) -> Spool {
        let threadCount = min(
            max(options.diskThreadCount, Limits.diskThreadCount.lowerBound), Limits.diskThreadCount.upperBound
        )
        let pool = DiskPool(threadCount: threadCount)
        do throws(SpoolError) {
            return try await pool.run(.records) { () throws(SpoolError) in
                let folder = try SpoolFolder(options.directory, disk: disk)
                let recovery = try Recovery(folder, pool: pool, keepsFailed: options.keepsFailed)
                let clock = SpoolClock(now: now, uptime: uptime, longestDelay: options.longestDelay)
                let spool = Spool(folder, options, pool: pool, clock: clock, random: random)
                if let newest = recovery.newestID { spool.ids.pass(newest) }
                _ = pool.submit(.records) { spool.recover(recovery) }
                return spool
            }
        } catch {
            pool.stop()
            throw error
        }
    }

    private init(
        _ folder: SpoolFolder, _ options: SpoolOptions, pool: DiskPool, clock: SpoolClock,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.folder = folder
        self.pool = pool
        now = clock.now
        ids = QueueIDSource(now: clock.now, random: random)
        keepsFailed = options.keepsFailed
        index = Mutex(SpoolIndex(clock: clock, keepsFailed: options.keepsFailed))
        syncs = FolderSync { place throws(SpoolError) in try folder.sync(place) }
        roomWatch = RoomWatch(folder.disk, options, now: clock.now) { _ = pool.submit(.records, $0) }
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

    /// What the disk said when it refused the last commit; nil: it has stored something since.
    public var trouble: String? { roomWatch.trouble }

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
            roomWatch.distrust(failure)
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
        let indexed = IndexedEntry(
            id: id, place: stored.place, sender: entry.envelope.sender, acceptedAt: entry.origin.receivedAt,
            messageByteCount: stored.messageByteCount, shares: stored.shares)
        syncs.join(stored.place) { [self] failure in
            if failure == nil {
                wake(index.withLock { $0.insert(indexed, isRecovered: false) } ?? [])
            } else {
                folder.discard(id, in: stored.place)
            }
            conclude(failure)
        }
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
