import NIOCore
import NIOHTTP1
import NIOPosix
package import Transport

/// Asks one thing and closes.
package struct HTTPClient: Sendable {
    private typealias Exchange = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
    private typealias Patience = PatienceHandler<HTTPResponseHead, HTTPRequestHead>

    private let loops: EventLoops

    package init(loops: EventLoops) { self.loops = loops }

    /// Sends the request and returns the answer. With `onChunk` the body of a 200 goes there piece by piece as it
    /// comes, and the returned body is empty. `patience` bounds the silence before the answer's end.
    package func send(
        _ request: HTTPRequest, to target: PeerAddress, within patience: Duration,
        onChunk: (@Sendable ([UInt8]) async throws -> Void)? = nil
    ) async throws(HTTPError) -> HTTPResponse {
        do {
            let exchange = try await connect(target, patience)
            return try await exchange.executeThenClose { incoming, outgoing in
                // A server may answer and close before our write is told that it was done: what it said counts.
                var failure: (any Error)?
                do { try await outgoing.write(contentsOf: parts(of: request, target)) } catch {
                    failure = error
                }
                do { return try await answer(incoming, onChunk) } catch {
                    // A write may come too late for the patience, too.
                    throw error is Patience.RanOut ? error : failure ?? error
                }
            }
        } catch { throw explain(error, target) }
    }

    private func connect(_ target: PeerAddress, _ patience: Duration) async throws -> Exchange {
        try await ClientBootstrap(group: loops.group).connectTimeout(TimeAmount(patience))
            .connect(to: target.socketAddress()) { channel in
                channel.eventLoop.makeCompletedFuture {
                    var limits = NIOHTTPDecoderLimitConfiguration()
                    limits.maxHeaderListSize = Limits.headByteCount
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers(decoderLimitConfiguration: limits)
                    try pipeline.addHandler(
                        Patience(incoming: patience, outgoing: patience, waitsFirst: false))
                    return try Exchange(wrappingChannelSynchronously: channel)
                }
            }
    }

    private func parts(of request: HTTPRequest, _ target: PeerAddress) -> [HTTPClientRequestPart] {
        var head = HTTPRequestHead(
            version: .http1_1, method: .init(rawValue: request.method),
            uri: RequestTarget(path: request.path, query: request.query).text)
        head.headers.add(name: "Host", value: target.port == 0 ? "localhost" : target.description)
        head.headers.add(name: "Connection", value: "close")
        for (name, value) in request.fields { head.headers.add(name: name, value: value) }
        if let type = request.contentType { head.headers.add(name: "Content-Type", value: type) }
        if !request.body.isEmpty || request.method == "POST" {
            head.headers.add(name: "Content-Length", value: String(request.body.count))
        }
        let body: [HTTPClientRequestPart] =
            request.body.isEmpty ? [] : [.body(.byteBuffer(ByteBuffer(bytes: request.body)))]
        return [.head(head)] + body + [.end(nil)]
    }

    private func answer(
        _ incoming: NIOAsyncChannelInboundStream<HTTPClientResponsePart>,
        _ onChunk: (@Sendable ([UInt8]) async throws -> Void)?
    ) async throws -> HTTPResponse {
        var response: HTTPResponse?
        var body: [UInt8] = []
        for try await part in incoming {
            switch part {
            case .head(let head):
                response = HTTPResponse(
                    status: Int(head.status.code), contentType: head.headers.first(name: "content-type") ?? ""
                )
            case .body(let piece):
                if let onChunk, response?.status == 200 {
                    try await onChunk(Array(piece.readableBytesView))
                    continue
                }
                guard body.count + piece.readableBytes <= Limits.responseBodyByteCount else {
                    throw HTTPError.tooLarge
                }
                body.append(contentsOf: piece.readableBytesView)
            case .end:
                response?.body = .bytes(body)
                if let response { return response }
            }
        }
        throw HTTPError.malformed("it ends in the middle")
    }

    private func explain(_ error: any Error, _ target: PeerAddress) -> HTTPError {
        switch error {
        case let error as HTTPError: error
        case let error as TransportError: .transport(error)
        case is Patience.RanOut: .timedOut
        case is HTTPParserError: .malformed("\(error)")
        default: .transport(TransportError(dialling: target, error))
        }
    }
}
