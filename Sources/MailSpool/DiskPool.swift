import DequeModule
import Glibc

/// The threads that wait for the disk, so that nobody else does. Commits go before everything else.
///
/// `@unchecked Sendable`: every property that changes is touched only between `pthread_mutex_lock` and
/// `pthread_mutex_unlock` of `mutex`. (A `Mutex` has no condition to wait for.)
final class DiskPool: @unchecked Sendable {
    enum Lane {
        case commits
        case records
    }

    typealias Job = @Sendable () -> Void

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var commits: Deque<Job> = []
    private var records: Deque<Job> = []
    private var idleCount = 0
    private var runningCount = 0
    private var isStopped = false
    private var stopContinuations: [UnsafeContinuation<Void, Never>] = []

    init(threadCount: Int) {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for _ in 0..<threadCount { startThread() }
        precondition(runningCount > 0, "a thread starts unless the process may have no more")
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Lets a thread do it, or says that there are none any more.
    func submit(_ lane: Lane, _ job: @escaping Job) -> Bool {
        let (isTaken, wakes) = locked {
            guard !isStopped else { return (false, false) }
            switch lane {
            case .commits: commits.append(job)
            case .records: records.append(job)
            }
            return (true, idleCount > 0)
        }
        // Outside the lock, which the woken thread wants at once.
        if wakes { pthread_cond_signal(condition) }
        return isTaken
    }

    /// Waits for the outcome of work done by a thread. The caller resumes where its own executor says.
    func run<Value: Sendable>(
        _ lane: Lane, _ work: @escaping @Sendable () throws(SpoolError) -> Value
    ) async throws(SpoolError) -> Value {
        let result: Result<Value, SpoolError> = await withUnsafeContinuation { continuation in
            let isTaken = submit(lane) {
                do throws(SpoolError) { continuation.resume(returning: .success(try work())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !isTaken { continuation.resume(returning: .failure(.closed)) }
        }
        return try result.get()
    }

    /// Does work of so many parts, here and on as many threads as help, and returns the results in their order.
    func share<Value: Sendable>(
        _ partCount: Int, among helperCount: Int, _ work: @escaping @Sendable (Int) -> Value
    ) -> [Value] {
        let shared = SharedWork(partCount, work)
        for _ in 0..<min(helperCount, partCount - 1) where !submit(.records, { shared.help() }) { break }
        return shared.finish()
    }

    /// Takes nothing more and does what it took.
    func stop() {
        locked {
            isStopped = true
            pthread_cond_broadcast(condition)
        }
    }

    /// Returns when the last job is done and the last thread about to end.
    func stopped() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            stop()
            let isDone = locked {
                if runningCount > 0 { stopContinuations.append(continuation) }
                return runningCount == 0
            }
            if isDone { continuation.resume() }
        }
    }

    private func startThread() {
        var thread = pthread_t()
        let pool = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { pool in
                if let pool { Unmanaged<DiskPool>.fromOpaque(pool).takeRetainedValue().work() }
                return nil
            }, pool.toOpaque())
        guard code == 0 else { return pool.release() }
        pthread_detach(thread)
        locked { runningCount += 1 }
    }

    private func work() {
        while let job = next() { job() }
        let continuations = locked {
            runningCount -= 1
            defer { if runningCount == 0 { stopContinuations = [] } }
            return runningCount == 0 ? stopContinuations : []
        }
        for continuation in continuations { continuation.resume() }
    }

    private func next() -> Job? {
        locked {
            while true {
                if let job = commits.popFirst() ?? records.popFirst() { return job }
                if isStopped { return nil }
                idleCount += 1
                pthread_cond_wait(condition, mutex)
                idleCount -= 1
            }
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
