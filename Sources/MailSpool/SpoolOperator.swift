public import MailSyntax
import Synchronization

/// What a person asks and tells.
extension Spool {
    /// The shares that the filter admits in the order of their IDs, at most so many, from behind `after`. Where the
    /// filter names addresses, some may be among them that have others: the entry's file knows.
    public func list(
        _ filter: ShareFilter = ShareFilter(), after: ShareID? = nil, limit: Int = .max
    ) -> [ShareSummary] {
        index.withLock { $0.summaries(filter, after: after, limit: limit) }
    }

    /// The next stretch of a walk over all shares that the filter admits, behind `after`; `last` is where to go on
    /// and nil at the end. A stretch may be empty before the end. Between two of them the queue moves on.
    public func page(_ filter: ShareFilter, after: ShareID? = nil) -> (shares: [ShareSummary], last: ShareID?)
    {
        index.withLock { $0.page(filter, after: after, rowLimit: Limits.pageRowCount) }
    }

    /// The newest entry of which something waits: where a walk ends that shall not meet what it makes itself.
    public var newest: QueueID? { index.withLock { $0.newest } }

    /// By stream, when the oldest message was accepted that waits or is tried again; held ones do not count.
    public func oldestOnTheirWay() -> [String: Timestamp] {
        var oldest: [String: Timestamp] = [:]
        var last: ShareID?
        repeat {
            last = index.withLock { $0.addOldest(to: &oldest, after: last) }
        } while last != nil
        return oldest
    }

    /// Takes a share, held or not, for work that needs its message. Whoever gets it ends the work with `record`
    /// or `giveBack`.
    public func seize(_ id: ShareID) async throws(SpoolError) -> Claim {
        let place = try index.withLock { index throws(SpoolError) in
            try index.take(id, from: [.waiting, .retrying, .held])
        }
        return try await claim(id, in: place)
    }

    /// Ends such work without a change.
    public func giveBack(_ id: ShareID) { wake(index.withLock { $0.giveBack(id) }) }

    /// By stream, how many shares wait for what.
    public func counts() -> [String: ShareCounts] { index.withLock { $0.counts } }

    /// The same of one stream.
    public func counts(of stream: String) -> ShareCounts { index.withLock { $0.counts(of: stream) } }

    /// Keeps a waiting share until it is released; durable when this returns.
    public func hold(_ id: ShareID, _ hold: Hold) async throws(SpoolError) {
        try await change(id, from: [.waiting, .retrying]) { $0.standing = .held(hold) }
    }

    /// Lets a held share go now, by its own stream or another; durable when this returns.
    public func release(_ id: ShareID, into stream: String? = nil) async throws(SpoolError) {
        let now = now()
        try await change(id, from: [.held]) { share in
            share.stream = stream ?? share.stream
            share.release(at: now)
        }
    }

    /// How often `keepHeld` changed a hold since the spool was opened: who keeps what it read of one reads it again.
    public var heldChangeCount: Int { heldChanges.load(ordering: .acquiring) }

    /// A held share stays held, for another reason and perhaps of another stream; since when it is held stays what
    /// it was. Durable when this returns.
    public func keepHeld(_ id: ShareID, _ hold: Hold, in stream: String) async throws(SpoolError) {
        try await change(id, from: [.held]) { share in
            guard case .held(let before) = share.standing else { return }
            share.stream = stream
            share.standing = .held(
                Hold(
                    reason: hold.reason, tag: hold.tag, rule: hold.rule, heldAt: before.heldAt,
                    endsAt: hold.endsAt))
        }
        heldChanges.add(1, ordering: .releasing)
    }

    /// Ends a held share as the policy wants it; nobody is told. Durable when this returns.
    public func discard(_ id: ShareID, as status: RecipientStatus = .discarded) async throws(SpoolError) {
        try await change(id, from: [.held]) { $0.delete(as: status) }
    }

    /// Gives a share to another stream; durable when this returns.
    public func reroute(_ id: ShareID, into stream: String) async throws(SpoolError) {
        let now = now()
        try await change(id, from: [.waiting, .retrying, .held]) { share in
            share.stream = stream
            share.nextAttemptAt = now
        }
    }

    /// Lets a waiting share be tried now.
    public func retry(_ id: ShareID) async throws(SpoolError) {
        guard index.withLock({ $0.row(id)?.state }) == .failed else {
            return wake(try index.withLock { index throws(SpoolError) in try index.hasten(id) })
        }
        try await revive(id)
    }

    /// Removes a share; nobody is told. Durable when this returns.
    public func delete(_ id: ShareID) async throws(SpoolError) {
        try await change(id, from: [.waiting, .retrying, .held, .failed]) { $0.delete() }
    }

    /// The change holds only if the disk took it.
    func change(
        _ id: ShareID, from states: Set<ShareState>, _ body: @escaping @Sendable (inout Share) -> Void
    ) async throws(SpoolError) {
        let place = try index.withLock { index throws(SpoolError) in try index.take(id, from: states) }
        do throws(SpoolError) {
            try await pool.run(.records) { [self] () throws(SpoolError) in
                let place = try placeForChange(of: id, in: place, body)
                let share = try folder.change(id, in: place, body)
                let (woken, rest) = index.withLock { $0.settle(id, share) }
                wake(woken)
                if rest == .failed { keepFailed(id.entry, in: place) }
                guard rest == .nothing else { return }
                try folder.remove(id.entry, in: place, last: nil)
                try folder.syncRemoval(place)
            }
        } catch {
            wake(index.withLock { $0.giveBack(id) })
            throw dropIfDamaged(error, id.entry)
        }
    }
}
