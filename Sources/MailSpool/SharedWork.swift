import Glibc
import Synchronization

/// Work of several parts that threads take one by one. Whoever wants the results helps, too: no thread has to come.
///
/// `@unchecked Sendable`: the semaphore is made for many threads; all else is immutable or under the mutex.
final class SharedWork<Value: Sendable>: @unchecked Sendable {
    private struct State {
        var nextPart = 0
        var results: [Value?]
        var doneCount = 0
    }

    private let work: @Sendable (Int) -> Value
    private let partCount: Int
    private let state: Mutex<State>
    private let done = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init(_ partCount: Int, _ work: @escaping @Sendable (Int) -> Value) {
        self.partCount = partCount
        self.work = work
        state = Mutex(State(results: Array(repeating: nil, count: partCount)))
        sem_init(done, 0, partCount == 0 ? 1 : 0)
    }

    deinit {
        sem_destroy(done)
        done.deallocate()
    }

    /// Does parts until none is left to be begun.
    func help() {
        while let part = nextPart() {
            let result = work(part)
            let isLast = state.withLock { state in
                state.results[part] = result
                state.doneCount += 1
                return state.doneCount == partCount
            }
            if isLast { sem_post(done) }
        }
    }

    /// Does what nobody else does, and waits for the rest.
    func finish() -> [Value] {
        help()
        while sem_wait(done) != 0, errno == EINTR {}
        return state.withLock { $0.results.compactMap(\.self) }
    }

    private func nextPart() -> Int? {
        state.withLock { state in
            guard state.nextPart < partCount else { return nil }
            defer { state.nextPart += 1 }
            return state.nextPart
        }
    }
}
