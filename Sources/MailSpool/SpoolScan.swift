import Synchronization

/// How far the look through the queue of an earlier run is, and who waits for its end.
struct Scan: Sendable {
    var report = RecoveryReport()
    var isOver = false
    var waiters: [Int: UnsafeContinuation<Void, Never>] = [:]
}

extension Spool {
    /// What an earlier run left, as far as it has been looked through. What has not is not listed, shown or
    /// delivered yet.
    public var recovered: RecoveryReport { scan.withLock(\.report) }

    /// Waits until all that an earlier run left has been looked through, the task is cancelled or the spool closed.
    @discardableResult
    public func scanned() async -> RecoveryReport {
        let key = waiterKeys.wrappingAdd(1, ordering: .relaxed).newValue
        await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                let isKept = scan.withLock { scan in
                    guard !scan.isOver, !Task.isCancelled else { return false }
                    scan.waiters[key] = waiter
                    return true
                }
                if !isKept { waiter.resume() }
            }
        } onCancel: {
            scan.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
        return recovered
    }

    /// The whole look through the queue, on a thread that waits for the disk.
    func recover(_ found: Recovery) {
        var recovery = found
        recovery.run { [self] entry in
            guard let woken = index.withLock({ $0.insert(entry, isRecovered: true) }) else { return false }
            wake(woken)
            return true
        } tell: { [self] report in
            scan.withLock { $0.report = report }
            return !index.withLock(\.isClosed)
        }
        let waiters = scan.withLock { scan in
            scan.isOver = true
            defer { scan.waiters = [:] }
            return scan.waiters.values
        }
        wake(Array(waiters))
    }
}
