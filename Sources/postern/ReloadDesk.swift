import RelayControl
import Synchronization

/// Takes wishes for a reload from whoever has one, and has them done one after the other. Wishes that come while one
/// is done are done together, after it: the file may have changed since it was read.
final class ReloadDesk: Sendable {
    fileprivate struct State {
        var waiting: [CheckedContinuation<ReloadDocument?, Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Askers that wait at a time.
    private static let askerCountLimit = 64

    /// Wishes for a reload and waits for none.
    func ring() { bell.yield() }

    /// What became of a reload that began after this was asked; nil: too many ask, or the relay ends.
    func ask() async -> ReloadDocument? {
        await withCheckedContinuation { continuation in
            let isTaken = state.withLock { state in
                guard !state.isClosed, state.waiting.count < Self.askerCountLimit else { return false }
                state.waiting.append(continuation)
                return true
            }
            if isTaken { ring() } else { continuation.resume(returning: nil) }
        }
    }

    /// How many wait for a reload that has not begun.
    var askerCount: Int { state.withLock { $0.waiting.count } }

    /// Until its task is cancelled; then nobody waits any more.
    func run(_ reload: () async -> ReloadDocument) async {
        for await _ in rings {
            let askers = state.withLock { $0.takeWaiting() }
            let outcome = await reload()
            for asker in askers { asker.resume(returning: outcome) }
        }
        let left = state.withLock { state in
            state.isClosed = true
            return state.takeWaiting()
        }
        for asker in left { asker.resume(returning: nil) }
    }
}

extension ReloadDesk.State {
    fileprivate mutating func takeWaiting() -> [CheckedContinuation<ReloadDocument?, Never>] {
        defer { waiting = [] }
        return waiting
    }
}
