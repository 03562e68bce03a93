import MailSyntax
import Synchronization

@testable import RelayDelivery

/// Time that passes only when a test says so.
final class ManualTime: Sendable {
    private struct Sleeper {
        let wakesAt: Int64
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Int64 = 0
        var sleepers: [Int: Sleeper] = [:]
        var nextNumber = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private static let start: Int64 = 1_795_252_800_000

    var uptime: Uptime { Uptime(milliseconds: state.withLock(\.now)) }
    var wallTime: Timestamp { Timestamp(millisecondsSince1970: Self.start + state.withLock(\.now)) }

    var clock: DeliveryClock {
        DeliveryClock(
            wallTime: { self.wallTime }, uptime: { self.uptime }, sleepUntil: { await self.sleep(until: $0) })
    }

    func advance(by span: Duration) {
        let woken = state.withLock { state -> [Sleeper] in
            state.now += span.wholeMilliseconds
            let woken = state.sleepers.filter { $0.value.wakesAt <= state.now }
            for number in woken.keys { state.sleepers[number] = nil }
            return Array(woken.values)
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// From now on nobody sleeps.
    func finish() {
        let woken = state.withLock { state in
            state.isFinished = true
            defer { state.sleepers = [:] }
            return Array(state.sleepers.values)
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    private func sleep(until target: Uptime) async {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let wakesAt = target.milliseconds
                    guard wakesAt > state.now, !state.isFinished, !Task.isCancelled else { return true }
                    state.sleepers[number] = Sleeper(wakesAt: wakesAt, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume()
        }
    }
}
