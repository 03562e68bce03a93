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
    /// Oldest first.
    private var places: [Int] = []
    private var strangers: [String] = []
    private var report = RecoveryReport()

    /// Sees which folders there are, and has new entries go elsewhere.
    init(_ folder: SpoolFolder, keepsFailed: Bool = false) throws(SpoolError) {
        self.folder = folder
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
            // IDs grow with time and folders with them. One that cannot be listed is told of by `run`.
            let items = try? Self.list(folder.folders.path(place), folder.disk)
            newestID = items?.lazy.compactMap { QueueID($0.name) }.max()
        }
    }

    /// Hands over every entry that waits or is held, in the order of their IDs, and tells how far it is, until
    /// nothing is left or it is told to stop. `admit` says whether it is the first of its ID.
    mutating func run(admit: (IndexedEntry) -> Bool, tell: (RecoveryReport) -> Bool) {
        for name in strangers { clear(name) }
        for (index, place) in (places + [QueueFolders.failed]).enumerated() {
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
        _ place: Int, remaining: Int, _ admit: (IndexedEntry) -> Bool, _ tell: (RecoveryReport) -> Bool
    ) -> Bool {
        let path = folder.folders.path(place)
        var items: [DiskItem] = []
        do throws(SpoolError) { items = try Self.list(path, folder.disk) } catch {
            report.add(DamagedFile(id: nil, path: path, reason: error.description))
            return true
        }
        guard !items.isEmpty else {
            if place != QueueFolders.failed { folder.folders.removeIfEmpty(place) }
            return true
        }
        items.sort { $0.name < $1.name }
        folder.folders.admit(place, count: items.count)
        report.expect(items.count, remaining: remaining)
        for item in items {
            if item.kind == .file, let id = QueueID(item.name) {
                examine(id, in: place, admit)
            } else {
                let reason = FormatError.notOurs("no file of an entry")
                report.add(folder.setAside(item.name, at: path + "/" + item.name, in: place, reason))
            }
            report.examinedCount += 1
            guard tell(report) else { return false }
        }
        return true
    }

    private mutating func examine(_ id: QueueID, in place: Int, _ admit: (IndexedEntry) -> Bool) {
        do throws(ReadError) {
            let stored = try folder.look(id, in: place, tailByteCount: Limits.scanByteCount).stored
            guard stored.entry.shares.contains(where: { $0.standing != .ended }) else {
                return try clearAway(stored, in: place, admit)
            }
            guard admit(IndexedEntry(stored, in: place)) else { throw .format(.notOurs("a second file")) }
            report.entryCount += 1
        } catch {
            switch error {
            case .draft:
                report.removedDraftCount += 1
                folder.discard(id, in: place)
            case .format(let reason):
                report.add(folder.setAside(id.description, at: folder.path(id, in: place), in: place, reason))
            case .disk(let error):
                // It may be readable another time: it stays where it is.
                let path = folder.path(id, in: place)
                report.add(DamagedFile(id: id, path: path, reason: error.description))
            }
        }
    }

    /// Nothing of it waits: it goes, unless it failed and is kept.
    private mutating func clearAway(
        _ stored: StoredEntry, in place: Int, _ admit: (IndexedEntry) -> Bool
    ) throws(ReadError) {
        guard keepsFailed, stored.entry.shares.contains(where: \.hasFailed) else {
            report.removedEndedCount += 1
            return folder.discard(stored.entry.id, in: place)
        }
        // Where it cannot be moved it is kept in the queue.
        let isMoved = (try? folder.keepFailed(stored.entry.id, in: place)) != nil
        guard admit(IndexedEntry(stored, in: isMoved ? QueueFolders.failed : place)) else {
            throw .format(.notOurs("a second file"))
        }
    }

    private static func list(_ path: String, _ disk: any Disk) throws(SpoolError) -> [DiskItem] {
        do throws(DiskError) { return try disk.list(path) } catch { throw SpoolError(error) }
    }
}
