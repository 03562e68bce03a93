public import MailSyntax
import Synchronization

/// What failed and is kept for a while: it lies in `failed/`, and only a person brings it back.
extension Spool {
    /// Removes what failed at this time or before.
    public func forgetFailed(until limit: Timestamp) async {
        guard index.withLock({ $0.counts.values.contains { $0.failed > 0 } }) else { return }
        var last: ShareID?
        repeat {
            let page = page(ShareFilter(state: .failed), after: last)
            for share in page.shares where share.nextAttemptAt <= limit {
                // One that is changed at this moment, or cannot be removed, is met again the next time.
                try? await delete(share.id)
            }
            last = page.last
        } while last != nil && !Task.isCancelled
    }

    /// Lets the recipients that failed be tried again.
    func revive(_ id: ShareID) async throws(SpoolError) {
        let (now, acceptedAt) = (now(), index.withLock { $0.row(id)?.acceptedAt })
        try await change(id, from: [.failed]) { $0.revive(at: now, acceptedAt: acceptedAt ?? now) }
    }

    /// Moves an entry of which only what failed is left. One that cannot be moved stays where it is: its file tells that
    /// it failed.
    func keepFailed(_ id: QueueID, in place: Int) {
        guard (try? folder.keepFailed(id, in: place)) != nil else { return }
        index.withLock { $0.move(id, to: QueueFolders.failed) }
    }

    /// What is to wait again lies in the queue before it does.
    func placeForChange(
        of id: ShareID, in place: Int, _ body: (inout Share) -> Void
    ) throws(SpoolError) -> Int {
        guard place == QueueFolders.failed else { return place }
        let shares = try folder.open(id.entry, in: place).stored.entry.shares
        guard var share = shares.first(where: { $0.number == id.number }) else { throw .notFound }
        body(&share)
        guard share.standing == .waiting else { return place }
        let place = try folder.takeBack(id.entry)
        index.withLock { $0.move(id.entry, to: place) }
        return place
    }
}

extension SpoolFolder {
    /// Moves an entry of which nothing waits out of the queue. Should the disk lose that, the next start does it again.
    func keepFailed(_ id: QueueID, in place: Int) throws(SpoolError) {
        guard place != QueueFolders.failed else { return }
        do throws(DiskError) {
            try disk.rename(path(id, in: place), to: path(id, in: QueueFolders.failed))
        } catch {
            throw SpoolError(error)
        }
        folders.leave(place)
    }

    /// Moves an entry back into the queue; durable when this returns. Until something of it waits again the next start
    /// would move it out again.
    fileprivate func takeBack(_ id: QueueID) throws(SpoolError) -> Int {
        let place = try folders.allot()
        do throws(DiskError) {
            try disk.rename(path(id, in: QueueFolders.failed), to: path(id, in: place))
            try disk.syncFolder(folders.path(place))
            try disk.syncFolder(folders.path(QueueFolders.failed))
            return place
        } catch {
            // It is known to be where it was; should it not get there, the next start finds it here.
            try? disk.rename(path(id, in: place), to: path(id, in: QueueFolders.failed))
            folders.leave(place)
            throw SpoolError(error)
        }
    }
}
