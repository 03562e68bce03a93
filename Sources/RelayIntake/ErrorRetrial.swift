package import MailSpool
package import MailSyntax
import Synchronization

/// Tells when to judge again what waits because a script failed: now and then, and after a reload.
package final class RetrialBell: Sendable {
    private let isOfAll = Mutex(false)
    fileprivate let (rings, bell) = AsyncStream.makeStream(
        of: Void.self, bufferingPolicy: .bufferingNewest(1))

    package init() {}

    /// The policy is another: all that waits may fare better by it.
    package func ringForAll() {
        isOfAll.withLock { $0 = true }
        bell.yield()
    }

    /// Rings now and then, until the task is cancelled.
    package func run(sleep: @Sendable (Duration) async throws -> Void) async {
        // Cancelled while it sleeps: that is the end.
        while (try? await sleep(Limits.retrialInterval)) != nil { bell.yield() }
    }

    fileprivate func takeIsOfAll() -> Bool {
        isOfAll.withLock { isOfAll in
            defer { isOfAll = false }
            return isOfAll
        }
    }
}

/// Judges again what waits because a script failed, so that no person has to once the cause is gone: every few minutes
/// for an hour, and after a reload. Since when a share is held its file says, so this goes on after a restart.
package struct ErrorRetrial: Sendable {
    private let spool: Spool
    private let now: @Sendable () -> Timestamp
    private let judge: @Sendable (ShareID) async -> Void

    /// `judge` does with a share what the policy in force wants, or leaves it as it is.
    package init(
        _ spool: Spool, now: @escaping @Sendable () -> Timestamp,
        judge: @escaping @Sendable (ShareID) async -> Void
    ) {
        self.spool = spool
        self.now = now
        self.judge = judge
    }

    /// A round at each ring, until the task is cancelled.
    package func run(_ bell: RetrialBell, sleep: @Sendable (Duration) async throws -> Void) async {
        for await _ in bell.rings {
            // Cancelled: that is the end.
            do { try await round(isOfAll: bell.takeIsOfAll(), sleep: sleep) } catch { return }
        }
    }

    /// Looks at all that is held, one after the other, and rests now and then: mail that comes and goes needs disk and
    /// scripts as well.
    func round(isOfAll: Bool, sleep: (Duration) async throws -> Void) async throws {
        let earliest = now() + (.zero - Limits.retrialSpan)
        var (position, lookCount) = (ShareID?.none, 0)
        repeat {
            let page = spool.page(ShareFilter(state: .held), after: position)
            for share in page.shares where !share.isUnderWay {
                guard isOfAll || (share.heldAt.map { $0 >= earliest } ?? false) else { continue }
                try Task.checkCancellation()
                lookCount += 1
                if lookCount % Limits.retrialStretch == 0 { try await sleep(Limits.retrialRest) }
                if await isHeldByError(share.id) { await judge(share.id) }
            }
            position = page.last
        } while position != nil
    }

    /// A share's file says why it is held.
    private func isHeldByError(_ id: ShareID) async -> Bool {
        // One that went on meanwhile is no matter of ours, and a damaged one is told elsewhere.
        let entry = try? await spool.entry(id.entry)
        return entry?.shares.contains { $0.number == id.number && $0.isHeldByError } ?? false
    }
}
