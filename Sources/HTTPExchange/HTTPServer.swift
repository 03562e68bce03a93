import NIOCore
import NIOHTTP1
import NIOPosix
package import Transport

/// A small HTTP/1.1 server on a unix socket or a TCP port.
package final class HTTPServer: Sendable {
    /// Answers one request.
    package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse
    private typealias Exchange = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
    private typealias Accepted = (exchange: Exchange, credentials: PeerCredentials?)

    /// Bounds that a server may be given.
    package struct Options: Sendable {
        package var bodyByteCountLimit = Limits.requestBodyByteCount
        package var requestPatience = Limits.requestPatience
        package var responsePatience = Limits.responsePatience
        package var lingerPatience = Limits.lingerPatience

        package init() {}
    }

    /// Where it stands.
    package let local: PeerAddress
    private let socket: NIOAsyncChannel<Accepted, Never>
    private let file: UnixSocketFile?
    private let options: Options
    private let admission = AdmissionLimit(
        total: Limits.connectionCount, perPeer: Limits.connectionCountPerUser)

    private init(
        _ socket: NIOAsyncChannel<Accepted, Never>, _ file: UnixSocketFile?, _ local: PeerAddress,
        _ options: Options
    ) {
        self.socket = socket
        self.file = file
        self.local = local
        self.options = options
    }

    /// Binds and listens; `run` must follow.
    package static func bind(
        _ address: Listener.Address, on loops: EventLoops, options: Options = Options()
    ) async throws(TransportError) -> HTTPServer {
        let file = address.socketFile
        try file?.removeStale()
        let target = try address.target()
        do {
            let socket = try await ServerBootstrap(group: loops.group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: target.port == 0 ? 0 : 1)
                .bind(to: target.socketAddress(), serverBackPressureStrategy: nil) { channel in
                    channel.eventLoop.makeCompletedFuture { try prepare(channel, options) }
                }
            let local = file == nil ? socket.channel.localAddress.map(PeerAddress.init) : nil
            let server = HTTPServer(socket, file, local ?? target, options)
            try file?.applyMode()
            return server
        } catch let error as TransportError { throw error } catch {
            throw .listen("cannot listen on \(target): \(error)")
        }
    }

    /// Serves until `close` or the end of its task; returns when every connection has ended.
    package func run(_ handler: @escaping Handler) async {
        // Errors of the listening socket end it, and with it this function.
        try? await socket.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await accepted in connections {
                    group.addTask { await self.serve(accepted, handler) }
                }
            }
        }
        file?.remove()
    }

    /// Stops accepting.
    package func close() async {
        // It can only fail because it is closed already.
        try? await socket.channel.close()
    }

    private static func prepare(_ channel: any Channel, _ options: Options) throws -> Accepted {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Limits.headByteCount
        limits.maxHeaderListSize = Limits.headByteCount
        limits.maxHeaderFieldCount = Limits.headerFieldCount
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(LingerHandler(patience: options.lingerPatience))
        try pipeline.configureHTTPServerPipeline(
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
        try pipeline.addHandler(
            PatienceHandler<HTTPRequestHead, HTTPResponseHead>(
                incoming: options.requestPatience, outgoing: options.responsePatience, waitsFirst: true))
        let exchange = try Exchange(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        return (exchange, PeerCredentials(channel))
    }

    /// One request after the other; an error ends the connection and needs no more than that.
    private func serve(_ accepted: Accepted, _ handler: Handler) async {
        let peer = peer(accepted)
        let isAdmitted = admission.enter(peer)
        defer { if isAdmitted { admission.leave(peer) } }
        // What fails here is this connection, and it is over.
        try? await accepted.exchange.executeThenClose { incoming, outgoing in
            guard isAdmitted else { return }
            var parts = incoming.makeAsyncIterator()
            while case .head(let head)? = try await parts.next(isolation: #isolation) {
                let answer: HTTPResponse
                var staysOpen = head.isKeepAlive
                if let body = try await readBody(&parts) {
                    answer = await respond(head, body, accepted.credentials, handler)
                } else {
                    answer = HTTPResponse(status: 413, contentType: "text/plain")
                    staysOpen = false
                }
                try await write(answer, to: outgoing, head, staysOpen)
                if !staysOpen { break }
            }
            // A full close would drop what the peer has not taken yet: end our half, and wait for theirs, or for more
            // than was asked for.
            outgoing.finish()
            _ = try await parts.next()
        }
    }

    /// Whom a connection counts for: a host, or at a unix socket a user.
    private func peer(_ accepted: Accepted) -> PeerAddress {
        if let user = accepted.credentials?.userID {
            return PeerAddress(host: .unix(path: "\(user)"), port: 0)
        }
        return accepted.exchange.channel.remoteAddress.map(PeerAddress.init) ?? local
    }

    private func respond(
        _ head: HTTPRequestHead, _ body: [UInt8], _ credentials: PeerCredentials?, _ handler: Handler
    ) async -> HTTPResponse {
        guard let target = RequestTarget(head.uri) else {
            return HTTPResponse(status: 400, contentType: "text/plain")
        }
        return await handler(
            HTTPRequest(
                head.method.rawValue, target.path, query: target.query, body: body,
                contentType: head.headers.first(name: "content-type"),
                fields: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first
                },
                credentials: credentials))
    }

    /// Nil if it is larger than allowed.
    private func readBody(
        _ parts: inout NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator
    ) async throws -> [UInt8]? {
        var body: [UInt8] = []
        while case .body(let piece)? = try await parts.next(isolation: #isolation) {
            guard body.count + piece.readableBytes <= options.bodyByteCountLimit else { return nil }
            body.append(contentsOf: piece.readableBytesView)
        }
        return body
    }

    private func write(
        _ answer: HTTPResponse, to outgoing: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>,
        _ request: HTTPRequestHead, _ staysOpen: Bool
    ) async throws {
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status))
        head.headers.add(name: "Content-Type", value: answer.contentType)
        if !staysOpen { head.headers.add(name: "Connection", value: "close") }
        switch answer.body {
        case .bytes(let bytes):
            head.headers.add(name: "Content-Length", value: String(bytes.count))
            try await outgoing.write(.head(head))
            if request.method != .HEAD, !bytes.isEmpty {
                try await outgoing.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
            }
        case .stream(let produce):
            head.headers.add(name: "Transfer-Encoding", value: "chunked")
            try await outgoing.write(.head(head))
            // An error here breaks the connection off: the missing last chunk tells the client.
            if request.method != .HEAD {
                try await produce(
                    HTTPChunkWriter { try await outgoing.write(.body(.byteBuffer(ByteBuffer(bytes: $0)))) })
            }
        }
        try await outgoing.write(.end(nil))
    }
}
