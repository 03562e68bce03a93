import HTTPExchange
import Transport

/// Answers the requests of the control socket: asks who is there, understands, has it done.
struct ControlAnswerer: Sendable {
    let rules: ControlRules
    let operations: any RelayOperations

    /// The answer to one request; what is refused is refused before anything of the request is looked at.
    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        do throws(ControlError) {
            let access = request.credentials.map { rules.access(of: $0) } ?? .none
            guard access > .none else {
                throw ControlError.forbidden(
                    "only root and members of \(GroupLookup.adminGroup) or \(GroupLookup.monitorGroup) may ask"
                )
            }
            let asked = try ControlRequest.parse(
                method: request.method, path: request.path, query: request.query, body: request.body)
            guard access >= asked.neededAccess else {
                throw ControlError.forbidden("only root and members of \(GroupLookup.adminGroup) may do this")
            }
            return try await answer(asked, for: request.credentials.map { "uid \($0.userID)" } ?? "nobody")
        } catch {
            return Self.refusal(error)
        }
    }

    private func answer(
        _ asked: ControlRequest, for operatorName: String
    ) async throws(ControlError) -> HTTPResponse {
        switch asked {
        case .status:
            let status = await operations.status()
            return Self.document { $0.write(status) }
        case .show(let id):
            let entry = try await operations.show(id)
            return Self.document { $0.write(entry) }
        case .list(let filter):
            return lines { [operations] writer throws(ControlError) in
                try await operations.list(filter) { share throws(ControlError) in
                    try await writer.add { $0.write(share) }
                }
            }
        case .perform(let action, let selection):
            return lines { [operations] writer throws(ControlError) in
                try await operations.perform(action, on: selection, by: operatorName) {
                    done throws(ControlError) in
                    try await writer.add { $0.write(done) }
                }
            }
        case .content(let id):
            return try await content(id)
        }
    }

    /// The message itself; asked for twice, so that a missing one is a 404 and not a broken answer.
    private func content(_ id: String) async throws(ControlError) -> HTTPResponse {
        _ = try await operations.show(id)
        return HTTPResponse(status: 200, contentType: "message/rfc822") { [operations] chunks in
            try await operations.content(id) { bytes throws(ControlError) in
                // Whatever happened to the connection, the operation shall stop.
                do { try await chunks.write(bytes) } catch { throw .clientGone }
            }
        }
    }

    /// A list of documents, one a line, sent as it is made.
    private func lines(
        _ produce: @escaping @Sendable (inout LineWriter) async throws(ControlError) -> Void
    ) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: "application/x-ndjson") { chunks in
            var writer = LineWriter(chunks)
            try await produce(&writer)
            try await writer.flush()
        }
    }

    private static func document(_ write: (inout JSONWriter) -> Void) -> HTTPResponse {
        var json = JSONWriter()
        write(&json)
        json.endLine()
        return HTTPResponse(status: 200, body: json.bytes)
    }

    private static func refusal(_ error: ControlError) -> HTTPResponse {
        var json = JSONWriter()
        json.object { $0.member("error", error.text) }
        json.endLine()
        return HTTPResponse(status: error.status, body: json.bytes)
    }
}

extension ControlRules {
    fileprivate func access(of peer: PeerCredentials) -> ControlAccess {
        access(userID: peer.userID, groupID: peer.groupID, groupIDs: peer.groups)
    }
}

/// Gathers the lines of a list into chunks.
struct LineWriter {
    private var json = JSONWriter()
    private let chunks: HTTPChunkWriter

    init(_ chunks: HTTPChunkWriter) { self.chunks = chunks }

    mutating func add(_ write: (inout JSONWriter) -> Void) async throws(ControlError) {
        write(&json)
        json.endLine()
        if json.bytes.count >= Limits.chunkByteCount { try await flush() }
    }

    mutating func flush() async throws(ControlError) {
        // Whatever happened to the connection, the operation shall stop.
        do { try await chunks.write(json.bytes) } catch { throw .clientGone }
        json.removeAll()
    }
}
