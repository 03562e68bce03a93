package import Transport

/// A request as a handler sees it.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Percent-decoded, without the query: `/queue/01HZX/release`.
    package var path: String
    /// The query's parameters, percent-decoded; of equal names the first counts.
    package var query: [String: String]
    package var body: [UInt8]
    package var contentType: String?
    /// Further header fields, names in lower case; of equal names the first counts.
    package var fields: [String: String]
    /// Who asks, on a unix socket.
    package var credentials: PeerCredentials?

    package init(
        _ method: String, _ path: String, query: [String: String] = [:], body: [UInt8] = [],
        contentType: String? = nil, fields: [String: String] = [:], credentials: PeerCredentials? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.contentType = contentType
        self.fields = fields
        self.credentials = credentials
    }
}

/// An answer.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Written piece by piece; each write waits until the peer takes it.
        case stream(@Sendable (HTTPChunkWriter) async throws -> Void)
    }

    package var status: Int
    package var contentType: String
    package var body: Body

    package init(status: Int, contentType: String = "application/json", body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.body = .bytes(body)
    }

    /// A long answer, sent as it is made.
    package init(
        status: Int = 200, contentType: String = "application/json",
        stream: @escaping @Sendable (HTTPChunkWriter) async throws -> Void
    ) {
        self.status = status
        self.contentType = contentType
        body = .stream(stream)
    }

    /// The body if it is at hand whole, as with every response that the client returns.
    package var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }
}

/// Where a streamed body goes.
package struct HTTPChunkWriter: Sendable {
    private let send: @Sendable ([UInt8]) async throws -> Void

    package init(_ send: @escaping @Sendable ([UInt8]) async throws -> Void) { self.send = send }

    /// Returns once the peer keeps up; throws when it is gone.
    package func write(_ chunk: [UInt8]) async throws { if !chunk.isEmpty { try await send(chunk) } }
}

/// Why no answer came.
package enum HTTPError: Error, Sendable, CustomStringConvertible {
    /// No connection.
    case transport(TransportError)
    /// What came is not HTTP, or ends in the middle.
    case malformed(String)
    /// The answer is larger than the client takes.
    case tooLarge
    case timedOut

    package var description: String {
        switch self {
        case .transport(let error): error.description
        case .malformed(let reason): "the answer is not usable: \(reason)"
        case .tooLarge: "the answer is too large"
        case .timedOut: "no answer in time"
        }
    }
}
