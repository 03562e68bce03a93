/// Looks through what was in the queue when the spool was opened: keeps what is whole, removes drafts of older
/// runs, sets aside what is damaged or not ours.
///
/// New entries go to folders that were not there then, so this may take its time while mail comes and goes: what
/// it meets is never a draft of this run.
struct Recovery: Sendable {
    /// The highest ID that is taken.
    private(set) var newestID: QueueID?
    private let folder: SpoolFolder
    private let keepsFailed: Bool
    private let pool: DiskPool?
    /// Oldest first.
    private var places: [Int] = []
    private var strangers: [String] = []
    private var report = RecoveryReport()

    /// Sees which folders there are, and has new entries go elsewhere.
    init(_ folder: SpoolFolder, pool: DiskPool? = nil, keepsFailed: Bool = false) throws(SpoolError) {
        self.folder = folder
        self.pool = pool
        self.keepsFailed = keepsFailed
        for item in try Self.list(folder.queuePath, folder.disk) {
            if item.kind == .folder, let place = QueueFolders.number(item.name) {
                places.append(place)
            } else {
                strangers.append(item.name)
            }
        }
        places.sort()
        folder.folders.begin(behind: places.last)
        for place in places.reversed() where newestID == nil {
            // IDs grow with time and folders with them.
            newestID = ids(in: place).max()
        }
        newestID = [newestID, ids(in: QueueFolders.failed).max()].compactMap(\.self).max()
    }

    private func ids(in place: Int) -> [QueueID] {
        // A folder that cannot be listed is told of by `run`.
        (try? Self.names(in: folder.folders.path(place), folder.disk))?.compactMap { QueueID($0) } ?? []
    }

    /// Hands over every entry that is kept as failed, then every one that waits or is held, in the order of their
    /// IDs, and tells how far it is, until nothing is left or it is told to stop. `admit` says whether it can be
    /// taken.
    mutating func run(admit: (IndexedEntry) -> Bool, tell: (RecoveryReport) -> Bool) {
        for name in strangers { clear(name) }
        // What failed comes first: nothing that is handed over below is met there again.
        for (index, place) in ([QueueFolders.failed] + places).enumerated() {
            guard examine(place, remaining: places.count - index, admit, tell) else { return }
        }
        report.expectedCount = report.examinedCount
        report.isComplete = true
        _ = tell(report)
    }

    /// What stands among the folders and is none.
    private mutating func clear(_ name: String) {
        let path = folder.queuePath + "/" + name
        guard name != DiskProbe.name else {
            // Should it stay, the next probe removes it.
            try? folder.disk.remove(path)
            return
        }
        report.add(folder.setAside(name, at: path, in: nil, .notOurs("no folder of the queue")))
    }

    private mutating func examine(
        _ place: Int, remaining: Int, _ admit: (IndexedEntry) -> Bool,
        _ tell: (RecoveryReport) -> Bool
    ) -> Bool {
        let path = folder.folders.path(place)
        var names: [String] = []
        do throws(SpoolError) { names = try Self.names(in: path, folder.disk) } catch {
            report.add(DamagedFile(id: nil, path: path, reason: error.description))
            return true
        }
        guard !names.isEmpty else {
            if place != QueueFolders.failed { folder.folders.removeIfEmpty(place) }
            return true
        }
        folder.folders.admit(place, count: names.count)
        report.expect(names.count, remaining: remaining)
        for name in names where QueueID(name) == nil {
            report.add(folder.setAside(name, at: path + "/" + name, in: place, Self.stranger))
            report.examinedCount += 1
        }
        var ids = names.compactMap { QueueID($0) }.sorted()
        // What is newer than all that was there failed in this run.
        if place == QueueFolders.failed, let newestID { ids.removeAll { $0 > newestID } }
        for start in stride(from: 0, to: ids.count, by: Limits.scanBatchCount) {
            let batch = ids[start..<min(start + Limits.scanBatchCount, ids.count)]
            for (id, finding) in zip(batch, look(at: batch, in: path, place)) {
                conclude(id, in: place, finding, admit)
            }
            report.examinedCount += batch.count
            guard tell(report) else { return false }
        }
        return true
    }

    private typealias Finding = Result<IndexedEntry, ReadError>

    /// Looks at files on several threads; nothing is touched.
    private func look(at ids: ArraySlice<QueueID>, in path: String, _ place: Int) -> [Finding] {
        let parts = stride(from: ids.startIndex, to: ids.endIndex, by: Limits.scanPartCount).map { start in
            ids[start..<min(start + Limits.scanPartCount, ids.endIndex)]
        }
        let look = { @Sendable [folder] (part: Int) in
            parts[part].map { id -> Finding in
                do throws(ReadError) {
                    let file = path + "/" + id.description
                    let opened = try folder.look(id, at: file, tailByteCount: Limits.scanByteCount)
                    return .success(IndexedEntry(opened.stored, in: place))
                } catch { return .failure(error) }
            }
        }
        guard let pool else { return parts.indices.flatMap(look) }
        return pool.share(parts.count, among: Limits.scanHelperCount, look).flatMap(\.self)
    }

    private mutating func conclude(
        _ id: QueueID, in place: Int, _ finding: Finding, _ admit: (IndexedEntry) -> Bool
    ) {
        do throws(ReadError) {
            let entry = try finding.get()
            guard entry.shares.contains(where: { $0.standing != .ended }) else {
                return try clearAway(entry, admit)
            }
            guard admit(entry) else { throw .format(Self.surplus) }
            report.entryCount += 1
        } catch {
            switch error {
            case .draft:
                report.removedDraftCount += 1
                folder.discard(id, in: place)
            case .format(let reason): setAside(id, in: place, reason)
            case .disk(let error) where error.reason == .notAFile: setAside(id, in: place, Self.stranger)
            case .disk(let error):
                // It may be readable another time: it stays where it is.
                let path = folder.path(id, in: place)
                report.add(DamagedFile(id: id, path: path, reason: error.description))
            }
        }
    }

    /// Nothing of it waits: it goes, unless it failed and is kept.
    private mutating func clearAway(
        _ entry: IndexedEntry, _ admit: (IndexedEntry) -> Bool
    ) throws(ReadError) {
        guard keepsFailed, entry.shares.contains(where: \.hasFailed) else {
            report.removedEndedCount += 1
            return folder.discard(entry.id, in: entry.place)
        }
        var kept = entry
        // Where it cannot be moved it is kept in the queue.
        if (try? folder.keepFailed(entry.id, in: entry.place)) != nil { kept.place = QueueFolders.failed }
        guard admit(kept) else { throw .format(Self.surplus) }
    }

    private mutating func setAside(_ id: QueueID, in place: Int, _ reason: FormatError) {
        report.add(folder.setAside(id.description, at: folder.path(id, in: place), in: place, reason))
    }

    private static let surplus = FormatError.notOurs("a second file of its ID, or streams that never were")
    private static let stranger = FormatError.notOurs("no file of an entry")

    private static func list(_ path: String, _ disk: any Disk) throws(SpoolError) -> [DiskItem] {
        do throws(DiskError) { return try disk.list(path) } catch { throw SpoolError(error) }
    }

    private static func names(in path: String, _ disk: any Disk) throws(SpoolError) -> [String] {
        do throws(DiskError) { return try disk.names(in: path) } catch { throw SpoolError(error) }
    }
}
