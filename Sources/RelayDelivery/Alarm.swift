import MailSyntax
import Synchronization

/// Wakes one task at a time that may come nearer while it sleeps.
final class Alarm: Sendable {
    fileprivate struct State {
        var target: Uptime?
        /// It was set to an earlier time, or rung, since the task looked.
        var isRung = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Sees to it that the sleeper looks again at that time.
    func set(_ time: Uptime) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if let target = state.target, target <= time { return nil }
            return state.ring()
        }
        sleeper?.resume()
    }

    /// Wakes the sleeper now.
    func ring() { state.withLock { $0.ring() }?.resume() }

    /// Sleeps until a time, or until rung if there is none.
    func sleep(until target: Uptime?, clock: DeliveryClock) async {
        let wasRung = state.withLock { state in
            state.target = target
            return state.isRung
        }
        if !wasRung {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.waitForRing() }
                if let target {
                    // Cancelled with the group, or with the caller: both end the wait.
                    group.addTask { try? await clock.sleepUntil(target) }
                }
                await group.next()
                group.cancelAll()
            }
        }
        state.withLock { state in
            state.isRung = false
            state.target = nil
        }
    }

    private func waitForRing() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRung || Task.isCancelled { return true }
                    state.sleeper = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleeper.take() }?.resume()
        }
    }
}

extension Alarm.State {
    fileprivate mutating func ring() -> CheckedContinuation<Void, Never>? {
        isRung = true
        return sleeper.take()
    }
}
