import Synchronization

/// What a person asks and tells.
extension Spool {
    /// The shares that the filter admits in the order of their IDs, at most so many, from behind `after`.
    public func list(
        _ filter: ShareFilter = ShareFilter(), after: ShareID? = nil, limit: Int = .max
    ) -> [ShareSummary] {
        index.withLock { $0.summaries(filter, after: after, limit: limit) }
    }

    /// By stream, how many shares wait for what.
    public func counts() -> [String: ShareCounts] { index.withLock { $0.counts } }

    /// Keeps a waiting share until it is released; durable when this returns.
    public func hold(_ id: ShareID, _ hold: Hold) async throws(SpoolError) {
        try await change(id, from: [.waiting, .retrying]) { $0.standing = .held(hold) }
    }

    /// Lets a held share go now; durable when this returns.
    public func release(_ id: ShareID) async throws(SpoolError) {
        let now = now()
        try await change(id, from: [.held]) { $0.release(at: now) }
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
        let now = now()
        wake(try index.withLock { index throws(SpoolError) in try index.hasten(id, now: now) })
    }

    /// Removes a share; nobody is told. Durable when this returns.
    public func delete(_ id: ShareID) async throws(SpoolError) {
        try await change(id, from: [.waiting, .retrying, .held]) { $0.delete() }
    }

    /// The change holds only if the disk took it.
    private func change(
        _ id: ShareID, from states: Set<ShareState>, _ body: @escaping @Sendable (inout Share) -> Void
    ) async throws(SpoolError) {
        let place = try index.withLock { index throws(SpoolError) in try index.take(id, from: states) }
        do throws(SpoolError) {
            try await pool.run(.records) { [self] () throws(SpoolError) in
                let share = try folder.change(id, in: place, body)
                let (woken, isThrough) = index.withLock { $0.settle(id, share, arrives: true) }
                wake(woken)
                guard isThrough else { return }
                try folder.remove(id.entry, in: place, last: nil)
                try folder.syncRemoval(place)
            }
        } catch {
            wake(index.withLock { $0.giveBack(id, arrives: true) })
            throw dropIfDamaged(error, id.entry)
        }
    }
}
