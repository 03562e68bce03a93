package import NIOCore
package import NIOPosix

/// The threads that carry all connections.
package final class EventLoops: Sendable {
    /// For HTTPExchange, which builds other pipelines on the same threads.
    package let group: MultiThreadedEventLoopGroup
    private let executors: [ObjectIdentifier: LoopExecutor]

    package init(count: Int) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        executors = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) })
    }

    /// Only after every task that runs on these loops has ended: a task of a stopped loop never goes on.
    package func shutdown() async {
        // It fails when it was called before; then all is done.
        try? await group.shutdownGracefully()
    }

    /// One for each thread: whoever pins its tasks itself spreads them over these.
    package var taskExecutors: [any TaskExecutor] { group.makeIterator().map { loopExecutor(of: $0) } }

    /// The loop that the caller runs on, if it is one of these; else the next in turn.
    func preferredLoop() -> any EventLoop {
        if let current = MultiThreadedEventLoopGroup.currentEventLoop,
            executors[ObjectIdentifier(current)] != nil
        {
            return current
        }
        return group.next()
    }

    /// Runs tasks on `loop`.
    package func executor(of loop: any EventLoop) -> any TaskExecutor { loopExecutor(of: loop) }

    func loopExecutor(of loop: any EventLoop) -> LoopExecutor {
        guard let executor = executors[ObjectIdentifier(loop)] else {
            preconditionFailure("a loop of another group")
        }
        return executor
    }
}

/// Runs tasks on one event loop, so that a session reads and sends without changing threads.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
