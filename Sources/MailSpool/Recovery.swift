/// Looks through the queue when a spool is opened: keeps what is whole, removes drafts of older runs, sets
/// aside what is damaged or not ours.
struct Recovery {
    private let folder: SpoolFolder
    private let admit: (StoredEntry, _ place: Int) -> Void
    private var report = RecoveryReport()

    /// Hands over every entry that waits or is held, in the order of their IDs.
    static func run(
        _ folder: SpoolFolder, admit: (StoredEntry, _ place: Int) -> Void
    ) throws(SpoolError) -> RecoveryReport {
        try withoutActuallyEscaping(admit) { admit throws(SpoolError) in
            var recovery = Recovery(folder: folder, admit: admit)
            try recovery.examineQueue()
            return recovery.report
        }
    }

    private init(folder: SpoolFolder, admit: @escaping (StoredEntry, _ place: Int) -> Void) {
        self.folder = folder
        self.admit = admit
    }

    private mutating func examineQueue() throws(SpoolError) {
        let queue = folder.path + "/queue"
        var places: [Int] = []
        for item in try list(queue) {
            if item.kind == .folder, let place = QueueFolders.number(item.name) {
                places.append(place)
            } else {
                setAside(item.name, at: queue + "/" + item.name, in: nil, .notOurs("no folder of the queue"))
            }
        }
        places.sort()
        for place in places { try examine(place, isNewest: place == places.last) }
    }

    private mutating func examine(_ place: Int, isNewest: Bool) throws(SpoolError) {
        let path = folder.folders.path(place)
        let items = try list(path).sorted { $0.name < $1.name }
        if isNewest { folder.folders.resume(at: place, usedCount: items.count) }
        for item in items {
            folder.folders.admit(place)
            if item.kind == .file, let id = QueueID(item.name) {
                examine(id, in: place)
            } else {
                setAside(item.name, at: path + "/" + item.name, in: place, .notOurs("no file of an entry"))
            }
        }
        if items.isEmpty, !isNewest { folder.folders.removeIfEmpty(place) }
    }

    private mutating func examine(_ id: QueueID, in place: Int) {
        do throws(ReadError) {
            let stored = try folder.look(id, in: place).stored
            guard stored.entry.shares.contains(where: { $0.standing != .ended }) else {
                report.removedEndedCount += 1
                return folder.discard(id, in: place)
            }
            report.entryCount += 1
            admit(stored, place)
        } catch {
            switch error {
            case .draft:
                report.removedDraftCount += 1
                folder.discard(id, in: place)
            case .format(let reason):
                setAside(id.description, at: folder.path(id, in: place), in: place, reason)
            case .disk(let error):
                // It may be readable another time: it stays where it is.
                let path = folder.path(id, in: place)
                report.add(DamagedFile(id: id, path: path, reason: error.description))
            }
        }
    }

    private mutating func setAside(_ name: String, at path: String, in place: Int?, _ reason: FormatError) {
        report.add(folder.setAside(name, at: path, in: place, reason))
    }

    private func list(_ path: String) throws(SpoolError) -> [DiskItem] {
        do throws(DiskError) { return try folder.disk.list(path) } catch { throw SpoolError(error) }
    }
}
