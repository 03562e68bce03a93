public import MailSyntax
import Synchronization

/// What delivery asks and tells.
extension Spool {
    /// Offers the share of a stream that comes next: of new mail and of retries the one that is due longest, of
    /// those two the one that is preferred. Nil: none is due. It is not offered again before whoever got it claims
    /// it and ends the attempt, or declines it.
    public func take(for stream: String, prefersRetry: Bool = false) -> Ticket? {
        index.withLock { $0.take(for: stream, prefersRetry: prefersRetry) }
    }

    /// As `take`, of all that waits, due or not: for whoever has to look at each.
    public func takeEarly(for stream: String) -> Ticket? {
        index.withLock { $0.take(for: stream, prefersRetry: false, isEarly: true) }
    }

    /// When the next share of a stream is due; nil: none waits. It may have been due for long.
    public func nextDueAt(for stream: String) -> Uptime? { index.withLock { $0.nextDueAt(for: stream) } }

    /// What waits in a stream for a smart host that is well is due now, or the first of it.
    public func hastenStalled(_ stream: String, onlyFirst: Bool = false) {
        index.withLock { $0.hastenStalled(stream, onlyFirst: onlyFirst) }
    }

    /// Gives back a share that was offered and is not to be claimed now.
    public func decline(_ ticket: Ticket) { wake(index.withLock { $0.decline(ticket.share) }) }

    /// Returns when something is due in a stream earlier than was known, the task is cancelled or the spool closed.
    public func nextArrival(for stream: String) async {
        let key = waiterKeys.wrappingAdd(1, ordering: .relaxed).newValue
        await withTaskCancellationHandler {
            await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
                let isKept = index.withLock { index in
                    !Task.isCancelled && index.wait(waiter, key, for: stream)
                }
                if !isKept { waiter.resume() }
            }
        } onCancel: {
            index.withLock { $0.removeWaiter(key, of: stream) }?.resume()
        }
    }

    /// Takes a share for an attempt. Nil: it is held, under way, gone, or, where one is named, no share of
    /// this stream. Whoever gets it ends the attempt with `record` or `unclaim`. One that cannot be read for now is
    /// due again in a minute.
    public func claim(_ id: ShareID, from stream: String? = nil) async throws(SpoolError) -> Claim? {
        guard let place = index.withLock({ $0.claim(id, stream: stream) }) else { return nil }
        return try await claim(id, in: place)
    }

    /// Reads what was taken.
    func claim(_ id: ShareID, in place: Int) async throws(SpoolError) -> Claim {
        do throws(SpoolError) {
            let claim = try await pool.run(.records) { [folder, pool] () throws(SpoolError) in
                let opened = try folder.openChecked(id.entry, in: place)
                guard opened.stored.entry.shares.indices.contains(id.number - 1) else { throw .notFound }
                let share = opened.stored.entry.shares[id.number - 1]
                let reader = MessageReader(opened, share.pieces, pool: pool)
                let front = try reader.bytes(0..<min(reader.byteCount, Limits.windowByteCount))
                return Claim(entry: opened.stored.entry, share: share, front: front, reader: reader)
            }
            index.withLock { $0.remember(claim.share, of: id) }
            return claim
        } catch {
            // The file is gone: somebody removed it by hand.
            if error == .notFound { index.withLock { $0.drop(id.entry) } }
            wake(index.withLock { $0.giveBack(id, dueIn: Limits.rereadDelay) })
            throw dropIfDamaged(error, id.entry)
        }
    }

    /// Ends an attempt of which nothing is to be kept: the share is due as before.
    public func unclaim(_ id: ShareID) async { wake(index.withLock { $0.giveBack(id) }) }

    /// Ends an attempt and records what came of it. What became of recipients is durable when this returns, but
    /// when the whole entry is through; a mere deferral is not. The change holds even if this throws: then only
    /// the disk does not know of it, until `catchUp`.
    public func record(_ change: ShareChange, of id: ShareID) async throws(SpoolError) {
        let found = index.withLock { index in (index.claimedShare(id), index.row(id)?.place) }
        guard var share = found.0, let place = found.1.map(Int.init) else { throw .notFound }
        share.apply(change)
        if share.standing == .ended { share.nextAttemptAt = now() }
        try await settle(id, share, isStalled: change.isStalled, in: place)
    }

    /// Tries again what the disk did not take: results of attempts, and removals. To be called now and then.
    public func catchUp() async {
        // A spool that closes has caught up, or does so when it is opened.
        try? await pool.run(.records) { [folder] () throws(SpoolError) in folder.catchUp() }
    }

    private func settle(
        _ id: ShareID, _ share: Share, isStalled: Bool, in place: Int
    ) async throws(SpoolError) {
        // Of what is kept the file must say how it ended.
        let isKept = keepsFailed && share.hasFailed
        let isLast = share.standing == .ended && !isKept && index.withLock { $0.isOnlyShare(id) }
        let failure: SpoolError? = await withUnsafeContinuation { continuation in
            let isTaken = pool.submit(.records) { [self] in
                let failure = isLast ? nil : write(share, of: id.entry, in: place)
                let (woken, rest) = index.withLock { $0.settle(id, share, isStalled: isStalled) }
                wake(woken)
                if rest == .failed, failure == nil { keepFailed(id.entry, in: place) }
                continuation.resume(
                    returning: rest == .nothing ? remove(id.entry, in: place, share) : failure)
            }
            if !isTaken { continuation.resume(returning: .closed) }
        }
        if let failure { throw failure }
    }

    private func write(_ share: Share, of entry: QueueID, in place: Int) -> SpoolError? {
        do throws(SpoolError) {
            try folder.record(share, of: entry, in: place)
            return nil
        } catch { return dropIfDamaged(error, entry) }
    }

    private func remove(_ id: QueueID, in place: Int, _ last: Share) -> SpoolError? {
        do throws(SpoolError) {
            try folder.remove(id, in: place, last: last)
            return nil
        } catch { return error }
    }

    func wake(_ waiters: [UnsafeContinuation<Void, Never>]) {
        for waiter in waiters { waiter.resume() }
    }
}
