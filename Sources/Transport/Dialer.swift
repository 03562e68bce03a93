import Glibc
import NIOCore
import NIOPosix

/// Makes connections.
package struct Dialer: Sendable {
    private let loops: EventLoops

    package init(loops: EventLoops) { self.loops = loops }

    /// Connects, from `source` if one is given. A caller that runs on one of the loops gets a connection there.
    package func connect(
        to target: PeerAddress, from source: PeerAddress? = nil, within patience: Duration
    ) async throws(TransportError) -> Connection {
        let loop = loops.preferredLoop()
        var bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(NIODeadline.span(patience)))
            .channelOption(.allowRemoteHalfClosure, value: true)
        if !target.isUnix { bootstrap = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1) }
        if let source { bootstrap = bootstrap.bind(to: try source.socketAddress()) }
        let address = try target.socketAddress()
        do {
            return try await open(bootstrap, address, target, loops.loopExecutor(of: loop))
        } catch { throw TransportError(dialling: target, error) }
    }

    private func open(
        _ bootstrap: ClientBootstrap, _ address: SocketAddress, _ target: PeerAddress,
        _ executor: LoopExecutor
    ) async throws -> Connection {
        let handler = ConnectionHandler()
        let dialled = bootstrap.channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
        }.connect(to: address)
        let connection = try await dialled.map { Connection($0, handler, executor, peer: target) }.get()
        // A connect ends within its patience; who was cancelled meanwhile gets no connection to look after.
        try Task.checkCancellation()
        return connection
    }
}

extension TransportError {
    /// What an error of NIO means for a connection to `target`.
    package init(dialling target: PeerAddress, _ error: any Error) {
        switch error {
        case let error as TransportError: self = error
        case ChannelError.connectTimeout: self = .timedOut
        case is CancellationError: self = .cancelled
        case let error as IOError where error.errnoCode == ECONNREFUSED: self = .refused(target.description)
        case let error as IOError:
            self = .unreachable("\(target): \(String(cString: strerror(error.errnoCode)))")
        default: self = .unreachable("\(target): \(error)")
        }
    }
}
