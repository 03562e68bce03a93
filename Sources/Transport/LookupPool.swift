import Glibc
import Synchronization

/// The threads of a resolver: started when needed, bounded, ended with it.
final class LookupPool: Sendable {
    typealias Answer = Result<[PeerAddress], TransportError>

    /// One question, and who waits for the answer. Whoever comes first, the answer or the caller's impatience,
    /// takes the continuation.
    private final class Question: Sendable {
        let host: String
        let port: Int
        private let waiting = Mutex<CheckedContinuation<Answer, Never>?>(nil)
        private let isGivenUp = Atomic(false)

        init(_ host: String, _ port: Int) {
            self.host = host
            self.port = port
        }

        var isAbandoned: Bool { isGivenUp.load(ordering: .acquiring) }

        func wait(_ continuation: CheckedContinuation<Answer, Never>) {
            waiting.withLock { $0 = continuation }
        }

        func answer(_ answer: Answer) { waiting.withLock { $0.take() }?.resume(returning: answer) }

        func giveUp() {
            isGivenUp.store(true, ordering: .releasing)
            answer(.failure(.cancelled))
        }
    }

    private struct State {
        var questions: [Question] = []
        var threadCount = 0
        var idleCount = 0
        var isClosed = false
    }

    private let threadCountLimit: Int
    private let lookup: Resolver.Lookup
    private let state = Mutex(State())
    private let work = Semaphore()

    init(threadCountLimit: Int, lookup: @escaping Resolver.Lookup) {
        self.threadCountLimit = max(1, threadCountLimit)
        self.lookup = lookup
    }

    func lookUp(_ host: String, _ port: Int) async -> Answer {
        let question = Question(host, port)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                question.wait(continuation)
                guard !Task.isCancelled else { return question.giveUp() }
                if !enqueue(question) {
                    question.answer(.failure(.name("\(host): too many lookups wait already")))
                }
            }
        } onCancel: {
            question.giveUp()
        }
    }

    /// Threads end once they find nothing to do; one in a lookup ends after it.
    func close() {
        let count = state.withLock { state in
            state.isClosed = true
            return state.threadCount
        }
        for _ in 0..<count { work.signal() }
    }

    private func enqueue(_ question: Question) -> Bool {
        enum Step {
            case refused
            case queued
            case needsThread
        }
        let step = state.withLock { state -> Step in
            state.questions.removeAll(where: \.isAbandoned)
            guard !state.isClosed, state.questions.count < Limits.queuedLookupCount else { return .refused }
            state.questions.append(question)
            guard state.idleCount < state.questions.count, state.threadCount < threadCountLimit else {
                return .queued
            }
            state.threadCount += 1
            return .needsThread
        }
        if step == .refused || (step == .needsThread && !startThread() && loseThread() == 0) { return false }
        work.signal()
        return true
    }

    private func loseThread() -> Int {
        state.withLock { state in
            state.threadCount -= 1
            return state.threadCount
        }
    }

    private func startThread() -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Limits.resolverStackByteCount)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                Unmanaged<LookupPool>.fromOpaque(context).takeRetainedValue().serve()
                return nil
            }, context.toOpaque())
        if status != 0 { context.release() }
        return status == 0
    }

    private func serve() {
        while let question = next() {
            if !question.isAbandoned { question.answer(lookup(question.host, question.port)) }
        }
    }

    /// Blocks until there is a question; nil once the pool is closed.
    private func next() -> Question? {
        state.withLock { $0.idleCount += 1 }
        while true {
            work.wait()
            let (question, isClosed) = state.withLock { state -> (Question?, Bool) in
                if state.isClosed { return (nil, true) }
                // A question that was given up has left its signal behind.
                guard !state.questions.isEmpty else { return (nil, false) }
                state.idleCount -= 1
                return (state.questions.removeFirst(), false)
            }
            if question != nil || isClosed { return question }
        }
    }
}

/// A POSIX semaphore.
///
/// Safe to share: that is what a semaphore is for; the memory is made here and freed with the last reference.
private final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() { while sem_wait(semaphore) != 0 {} }
}
