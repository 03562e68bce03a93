import Synchronization

/// The rolling folders `queue/000000`, `queue/000001` ...: new entries go to the newest of those that were made
/// since the start until it has had its share; the others go with their last entry.
final class QueueFolders: Sendable {
    private struct State {
        /// Where new entries go; nil: none was made yet.
        var current: Int?
        /// Entries that the current one has had.
        var usedCount = 0
        /// The number of the next one.
        var next = 0
        var liveCounts: [Int: Int] = [:]
    }

    private let disk: any Disk
    private let path: String
    private let failedPath: String
    private let entryCountLimit: Int
    private let state = Mutex(State())

    init(_ disk: any Disk, path: String, entryCountLimit: Int) {
        self.disk = disk
        self.path = path + "/queue"
        failedPath = path + "/failed"
        self.entryCountLimit = entryCountLimit
    }

    /// Stands for `failed/`, beside the folders of the queue.
    static let failed = Int(UInt32.max)

    func path(_ folder: Int) -> String {
        if folder == Self.failed { return failedPath }
        let digits = String(folder)
        return path + "/" + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    /// The number that a name stands for.
    static func number(_ name: String) -> Int? {
        guard let number = UInt32(name), number < Limits.folderCount, name.utf8.count >= 6,
            String(number).utf8.count <= name.utf8.count,
            name.utf8.count == 6 || String(number) == name
        else { return nil }
        return Int(number)
    }

    /// A place for a new entry, in a folder whose own name is durable.
    func allot() throws(SpoolError) -> Int {
        try state.withLock { state throws(SpoolError) in
            let current: Int
            if let newest = state.current, state.usedCount < entryCountLimit {
                current = newest
            } else {
                current = state.next
                try make(current)
                (state.current, state.usedCount, state.next) = (current, 0, current + 1)
            }
            state.usedCount += 1
            state.liveCounts[current, default: 0] += 1
            return current
        }
    }

    private func make(_ folder: Int) throws(SpoolError) {
        guard folder < Limits.folderCount else {
            throw .unavailable("\(path(folder - 1)) is the last folder")
        }
        do throws(DiskError) {
            try disk.makeFolderIfMissing(path(folder))
            try disk.syncFolder(path)
        } catch { throw SpoolError(error) }
    }

    /// Entries that are there already.
    func admit(_ folder: Int, count: Int) { state.withLock { $0.liveCounts[folder, default: 0] += count } }

    /// New entries go to folders behind the newest one that was found.
    func begin(behind newest: Int?) { state.withLock { $0.next = newest.map { $0 + 1 } ?? 0 } }

    /// The folder is of no use any more: the next entry gets another.
    func forsake(_ folder: Int) {
        state.withLock { state in
            if state.current == folder { state.usedCount = entryCountLimit }
        }
    }

    /// Whether it has entries, or will have: another may have been removed.
    func isInUse(_ folder: Int) -> Bool {
        folder == Self.failed || state.withLock { $0.current == folder || $0.liveCounts[folder] != nil }
    }

    /// An entry is gone.
    func leave(_ folder: Int) {
        guard folder != Self.failed else { return }
        let isEmpty = state.withLock { state in
            let count = (state.liveCounts[folder] ?? 1) - 1
            state.liveCounts[folder] = count > 0 ? count : nil
            return count <= 0 && folder != state.current
        }
        if isEmpty { removeIfEmpty(folder) }
    }

    func removeIfEmpty(_ folder: Int) {
        // A folder that stays costs nothing; the next start tries again.
        try? disk.removeFolder(path(folder))
    }
}

extension Disk {
    func makeFolderIfMissing(_ path: String) throws(DiskError) {
        do throws(DiskError) { try makeFolder(path) } catch  where error.reason == .exists {}
    }
}
