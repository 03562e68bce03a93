import NIOCore
import Synchronization
package import TLSEngine

/// One TCP or unix connection, pinned to one event loop.
///
/// Every function may be called from anywhere, but only on `executor` does it cost no change of thread. One task
/// at a time reads, one at a time sends; the two may be different tasks.
package final class Connection: Sendable {
    /// Which side of a handshake we are.
    package enum TLSRole: Sendable {
        case server
        /// The server of implicit TLS: nothing was said in the clear, and what the peer has sent already begins
        /// its handshake.
        case implicitServer
        /// `name` is what the certificate must be for.
        case client(name: String?)
    }

    /// Where the peer is.
    package let peer: PeerAddress
    /// Where we are.
    package let local: PeerAddress
    /// Of a unix socket's peer.
    package let credentials: PeerCredentials?
    let channel: any Channel
    private let handler: ConnectionHandler
    private let loopExecutor: LoopExecutor
    private let agreed = Mutex<TLSFacts?>(nil)

    /// On the channel's loop, once the channel is active.
    init(
        _ channel: any Channel, _ handler: ConnectionHandler, _ executor: LoopExecutor,
        peer: PeerAddress? = nil
    ) {
        self.channel = channel
        self.handler = handler
        loopExecutor = executor
        let nowhere = PeerAddress(host: .unix(path: ""), port: 0)
        self.peer = peer ?? channel.remoteAddress.map(PeerAddress.init) ?? nowhere
        local = channel.localAddress.map(PeerAddress.init) ?? nowhere
        credentials = self.peer.isUnix ? PeerCredentials(channel) : nil
    }

    /// A connection that nobody closed is closed with its last reference.
    deinit { if channel.isActive { channel.close(promise: nil) } }

    /// Sessions run on it: `withTaskExecutorPreference(connection.executor)`.
    package var executor: any TaskExecutor { loopExecutor }

    /// What TLS agreed on; nil as long as the connection is in the clear.
    package var tls: TLSFacts? { agreed.withLock { $0 } }

    /// Whether the peer has sent something that nobody has read. Only on `executor`.
    package var hasBufferedInput: Bool {
        channel.eventLoop.preconditionInEventLoop()
        return !handler.input.isEmpty
    }

    /// What is there, at most 64 KiB, waiting for the first byte; nil once the peer has ended.
    package func read(within patience: Duration) async throws(TransportError) -> [UInt8]? {
        guard channel.eventLoop.inEventLoop else {
            return try await onLoop { () async throws(TransportError) in try await self.read(within: patience)
            }
        }
        if let ready = try handler.takeInput() { return ready }
        return try await handler.waitForInput(within: patience).get()
    }

    /// Queues and flushes. Waits only when the peer takes bytes more slowly than they come.
    package func send(
        _ bytes: [UInt8], within patience: Duration = Limits.sendPatience
    ) async throws(TransportError) {
        guard channel.eventLoop.inEventLoop else {
            return try await onLoop { () async throws(TransportError) in
                try await self.send(bytes, within: patience)
            }
        }
        handler.gather(bytes)
        try await flush(within: patience)
    }

    /// Queues; the next `send` or `flush` sends it.
    package func write(_ bytes: [UInt8]) {
        if channel.eventLoop.inEventLoop { return handler.gather(bytes) }
        channel.eventLoop.execute { [handler] in handler.gather(bytes) }
    }

    /// Sends what was queued.
    package func flush(within patience: Duration = Limits.sendPatience) async throws(TransportError) {
        guard channel.eventLoop.inEventLoop else {
            return try await onLoop { () async throws(TransportError) in
                try await self.flush(within: patience)
            }
        }
        if try handler.flushGathered() { return }
        try await handler.waitUntilWritable(within: patience).get()
    }

    /// Turns TLS on, for good. Refuses when the peer has already sent something: it came in the clear and must
    /// not be taken for encrypted (STARTTLS injection).
    package func startTLS(
        _ context: TLSContext, role: TLSRole, within patience: Duration
    ) async throws(TransportError) -> TLSFacts {
        guard channel.eventLoop.inEventLoop else {
            return try await onLoop { () async throws(TransportError) in
                try await self.startTLS(context, role: role, within: patience)
            }
        }
        precondition(tls == nil, "TLS is already on")
        let session = try Self.makeSession(context, role)
        let facts = try await handler.startTLS(session, fromFirstByte: role.isImplicit, within: patience)
        agreed.withLock { $0 = facts }
        return facts
    }

    /// Sends what is left, says goodbye and closes; takes ten seconds at most. `lingering` also waits for the
    /// peer to end: for a last reply to a peer that is still sending.
    package func close(lingering: Bool = false) async {
        guard channel.eventLoop.inEventLoop else {
            return await onLoop { await self.close(lingering: lingering) }
        }
        await handler.close(lingering: lingering)
    }

    private static func makeSession(_ context: TLSContext, _ role: TLSRole) throws(TransportError)
        -> TLSSession
    {
        do throws(TLSError) {
            switch role {
            case .server, .implicitServer: return try TLSSession(server: context)
            case .client(let name): return try TLSSession(client: context, name: name)
            }
        } catch { throw .tls(error) }
    }

    /// For callers that are not pinned; costs two changes of thread.
    @concurrent
    private func onLoop<Value: Sendable, Failure>(
        _ body: @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await withTaskExecutorPreference(loopExecutor, operation: body)
    }
}

extension Connection.TLSRole {
    fileprivate var isImplicit: Bool { if case .implicitServer = self { true } else { false } }
}

extension PeerAddress {
    var isUnix: Bool { if case .unix = host { true } else { false } }
}
