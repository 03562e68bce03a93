import Glibc
import Synchronization

/// Threads for judging that may take its time: it reads bodies, or waits for programs. A thread is there only while
/// there is work; what comes when all are busy waits its turn.
package final class PolicyPool: Sendable {
    private typealias Job = @Sendable () -> Void

    private struct State {
        var runningCount = 0
        var waiting: [Job] = []
    }

    /// What a new thread begins with.
    private final class Beginning: Sendable {
        let pool: PolicyPool
        let job: Job

        init(_ pool: PolicyPool, _ job: @escaping Job) {
            self.pool = pool
            self.job = job
        }
    }

    private let threadCountLimit: Int
    private let state = Mutex(State())

    /// At most so many at once.
    package init(threadCountLimit: Int) { self.threadCountLimit = threadCountLimit }

    /// Waits for the outcome of work that a thread does.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withUnsafeContinuation { continuation in
            submit { continuation.resume(returning: work()) }
        }
    }

    private func submit(_ job: @escaping Job) {
        let starts = state.withLock { state in
            guard state.runningCount < threadCountLimit else {
                state.waiting.append(job)
                return false
            }
            state.runningCount += 1
            return true
        }
        guard starts, !start(job) else { return }
        // The process may have no more threads: then it is done here, slowly, but it is done.
        work(job)
    }

    private func start(_ job: @escaping Job) -> Bool {
        var thread = pthread_t()
        let beginning = Unmanaged.passRetained(Beginning(self, job))
        let code = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let beginning = Unmanaged<Beginning>.fromOpaque(pointer).takeRetainedValue()
                beginning.pool.work(beginning.job)
                return nil
            }, beginning.toOpaque())
        guard code == 0 else {
            beginning.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func work(_ first: @escaping Job) {
        var job: Job? = first
        while let current = job {
            current()
            job = state.withLock { state in
                guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
                state.runningCount -= 1
                return nil
            }
        }
    }
}
