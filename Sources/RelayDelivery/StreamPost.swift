import Synchronization

/// The post of one stream: somebody looks after its mail at all times, and never two at once.
final class StreamPost: Sendable {
    enum Holder: Sendable {
        /// The settings have the stream: its mail is sent.
        case dispatcher(Dispatcher)
        /// They have not: its mail is held.
        case keeper(StreamKeeper)
    }

    private let current: Mutex<Holder>
    private let (holders, entrance) = AsyncStream.makeStream(
        of: Holder.self, bufferingPolicy: .bufferingNewest(1))

    init(held holder: Holder) {
        current = Mutex(holder)
        entrance.yield(holder)
    }

    var holder: Holder { current.withLock { $0 } }

    /// One holder after the other; the next begins when the one before has ended what it was doing.
    func run() async {
        for await holder in holders { await holder.run() }
    }

    /// Gives the post to another.
    func pass(to next: Holder) {
        let before = current.withLock { current in
            defer { current = next }
            return current
        }
        before.stop()
        entrance.yield(next)
    }

    /// Whoever holds it ends, and nobody follows.
    func stop() {
        entrance.finish()
        holder.stop()
    }
}

extension StreamPost.Holder {
    fileprivate func run() async {
        switch self {
        case .dispatcher(let dispatcher): await dispatcher.run()
        case .keeper(let keeper): await keeper.run()
        }
    }

    fileprivate func stop() {
        switch self {
        case .dispatcher(let dispatcher): dispatcher.stop()
        case .keeper(let keeper): keeper.stop()
        }
    }
}
