import Glibc
import NIOCore
import NIOPosix

/// A place where connections come in.
package final class Listener: Sendable {
    package enum Address: Sendable, Hashable {
        /// `host` is an address literal; port 0 lets the system choose.
        case tcp(host: String, port: Int)
        case unix(path: String, mode: UInt32)
    }

    /// Where it stands, with the port that the system chose.
    package let local: PeerAddress
    private let channel: any Channel
    private let executor: LoopExecutor
    private let file: UnixSocketFile?
    private let accepted: AsyncStream<Connection>
    private let entrance: AsyncStream<Connection>.Continuation

    private init(
        _ channel: any Channel, _ loops: EventLoops, _ file: UnixSocketFile?,
        _ stream: (AsyncStream<Connection>, AsyncStream<Connection>.Continuation)
    ) {
        self.channel = channel
        self.file = file
        executor = loops.loopExecutor(of: channel.eventLoop)
        local =
            file.map { PeerAddress(host: .unix(path: $0.path), port: 0) }
            ?? channel.localAddress.map(PeerAddress.init) ?? PeerAddress(host: .unix(path: ""), port: 0)
        (accepted, entrance) = stream
    }

    /// Binds and listens; connections are kept until `run` takes them.
    /// - Parameter sharesPort: beside listeners that share theirs, on an address that overlaps with this one.
    package static func bind(
        _ address: Address, on loops: EventLoops, backlog: Int = Limits.backlog, sharesPort: Bool = false
    ) async throws(TransportError) -> Listener {
        let file = address.socketFile
        try file?.removeStale()
        let target = try address.target()
        let stream = AsyncStream.makeStream(
            of: Connection.self, bufferingPolicy: .bufferingOldest(Limits.unservedConnectionCount))
        let channel: any Channel
        do {
            let bootstrap = bootstrap(loops, backlog, isUnix: target.isUnix, stream.continuation)
            if case .ipv6 = target.host { _ = bootstrap.serverChannelOption(Self.onlyIPv6, value: 1) }
            if sharesPort { _ = bootstrap.serverChannelOption(Self.portSharing, value: 1) }
            channel = try await bootstrap.bind(to: target.socketAddress()).get()
        } catch { throw .listen("cannot listen on \(target): \(reason(of: error))") }
        try file?.applyMode()
        return Listener(channel, loops, file, stream)
    }

    /// Takes connections at a socket that another process opened, bound and listens at. The descriptor stays open and
    /// the caller's: a listener may be made of it again.
    package static func adopt(
        _ descriptor: Int32, on loops: EventLoops
    ) async throws(TransportError) -> Listener {
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard own >= 0 else { throw .listen("descriptor \(descriptor): \(String(cString: strerror(errno)))") }
        let stream = AsyncStream.makeStream(
            of: Connection.self, bufferingPolicy: .bufferingOldest(Limits.unservedConnectionCount))
        do {
            let bootstrap = bootstrap(loops, Limits.backlog, isUnix: false, stream.continuation)
            return Listener(try await bootstrap.withBoundSocket(own).get(), loops, nil, stream)
        } catch { throw .listen("cannot listen on descriptor \(descriptor): \(reason(of: error))") }
    }

    /// Lets another listener of this user begin to listen on an overlapping address, `0.0.0.0` beside `127.0.0.1`, so
    /// that one can take over from the other without a gap.
    package func sharePort(_ isShared: Bool) async {
        // Who cannot share is told so when the other binds.
        try? await channel.setOption(Self.portSharing, value: isShared ? 1 : 0).get()
    }

    private static let onlyIPv6 = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
    private static let portSharing = ChannelOptions.Types.SocketOption(
        level: .socket, name: NIOBSDSocket.Option(rawValue: SO_REUSEPORT))

    /// Serves every connection in a task of its own, pinned to the connection's loop. Returns after `close`, or
    /// after the cancellation of its task, when all of them have ended.
    package func run(_ body: @Sendable @escaping (Connection) async -> Void) async {
        await withTaskExecutorPreference(executor) {
            await withDiscardingTaskGroup { group in
                for await connection in accepted {
                    group.addTask(executorPreference: connection.executor) {
                        await body(connection)
                        await connection.close()
                    }
                }
                await close()
            }
        }
    }

    /// Stops accepting; connections that are being served go on.
    package func close() async {
        entrance.finish()
        guard channel.isActive else { return }
        // It can only fail because it is closed already.
        try? await channel.close()
        file?.remove()
    }

    private static func bootstrap(
        _ loops: EventLoops, _ backlog: Int, isUnix: Bool,
        _ entrance: AsyncStream<Connection>.Continuation
    ) -> ServerBootstrap {
        let bootstrap = ServerBootstrap(group: loops.group)
            .serverChannelOption(.backlog, value: CInt(clamping: backlog))
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try admit(channel, loops, entrance) }
            }
        if isUnix { return bootstrap }
        return bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    }

    private static func admit(
        _ channel: any Channel, _ loops: EventLoops, _ entrance: AsyncStream<Connection>.Continuation
    ) throws {
        let executor = loops.loopExecutor(of: channel.eventLoop)
        let handler = ConnectionHandler { handler, channel in
            // Dropped when too many wait or nobody will ever serve; its end closes the channel.
            entrance.yield(Connection(channel, handler, executor))
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private static func reason(of error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }
}

extension Listener.Address {
    /// The file of a unix socket.
    package var socketFile: UnixSocketFile? {
        if case .unix(let path, let mode) = self { UnixSocketFile(path: path, mode: mode) } else { nil }
    }

    /// The address to bind to.
    package func target() throws(TransportError) -> PeerAddress {
        switch self {
        case .unix(let path, _): return PeerAddress(host: .unix(path: path), port: 0)
        case .tcp(let host, let port):
            guard let target = PeerAddress(literal: host, port: port) else {
                throw .listen("\(host) is not an IP address")
            }
            return target
        }
    }
}
