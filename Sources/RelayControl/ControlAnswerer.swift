import HTTPExchange
import Synchronization
import Transport

/// Answers the requests of the control socket: asks who is there, understands, has it done.
struct ControlAnswerer: Sendable {
    let rules: ControlRules
    let operations: any RelayOperations
    /// The name of a user of the system.
    var userName: @Sendable (UInt32) -> String? = UserLookup.name

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
            return try await answer(asked, for: operatorName(request))
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
        case .reload:
            let reload = try await operations.reload()
            return Self.document(status: reload.isInForce ? 200 : 422) { $0.write(reload) }
        case .show(let id):
            let entry = try await operations.show(id)
            return Self.document { $0.write(entry) }
        case .list(let filter):
            try await operations.check(filter.selection)
            return lines { [operations] lines throws(ControlError) in
                try await operations.list(filter, progress: lines.progress(filter.tellsProgress)) {
                    share throws(ControlError) in
                    try await lines.add { $0.write(share) }
                }
            }
        case .perform(let order):
            try await operations.check(order.action)
            return lines { [operations] lines throws(ControlError) in
                try await operations.perform(
                    order, by: operatorName, progress: lines.progress(order.tellsProgress)
                ) { done throws(ControlError) in
                    try await lines.add { $0.write(done) }
                }
            }
        case .streams:
            let streams = await operations.streams()
            return lines { lines throws(ControlError) in
                for stream in streams { try await lines.add { $0.write(stream) } }
            }
        case .rules:
            let rules = await operations.rules()
            return lines { lines throws(ControlError) in
                for rule in rules { try await lines.add { $0.write(rule) } }
            }
        case .pause(let order):
            let stream = try await operations.pause(order, by: operatorName)
            return Self.document { $0.write(stream) }
        case .resume(let name):
            let stream = try await operations.resume(name, by: operatorName)
            return Self.document { $0.write(stream) }
        case .content(let id):
            return try await content(id)
        }
    }

    /// Who asks, as events and pauses name them. Behind root, `sudo` may say who that is: root could say anything
    /// anyway, and nobody else is believed.
    private func operatorName(_ request: HTTPRequest) -> String {
        guard let userID = request.credentials?.userID else { return "nobody" }
        let name = userName(userID) ?? "uid \(userID)"
        guard userID == 0, let claim = OperatorClaim(request.fields) else { return name }
        return "\(name) (sudo: \(claim.name))"
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
        _ produce: @escaping @Sendable (LineWriter) async throws(ControlError) -> Void
    ) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: "application/x-ndjson") { chunks in
            let lines = LineWriter(chunks)
            try await produce(lines)
            try await lines.flush()
        }
    }

    private static func document(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> HTTPResponse {
        var json = JSONWriter()
        write(&json)
        json.endLine()
        return HTTPResponse(status: status, body: json.bytes)
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
final class LineWriter: Sendable {
    private let json = Mutex(JSONWriter())
    private let chunks: HTTPChunkWriter

    init(_ chunks: HTTPChunkWriter) { self.chunks = chunks }

    func add(_ write: (inout JSONWriter) -> Void) async throws(ControlError) {
        let isFull = json.withLock { json in
            write(&json)
            json.endLine()
            return json.bytes.count >= Limits.chunkByteCount
        }
        if isFull { try await flush() }
    }

    /// Writes progress where it is wanted; whoever watches a bar wants to see it at once.
    func progress(_ isWanted: Bool) -> Emit<WalkProgress>? {
        guard isWanted else { return nil }
        return { [self] progress throws(ControlError) in
            try await add { $0.write(progress) }
            try await flush()
        }
    }

    func flush() async throws(ControlError) {
        // Whatever happened to the connection, the operation shall stop.
        let bytes = json.withLock { json in
            defer { json.removeAll() }
            return json.bytes
        }
        do { try await chunks.write(bytes) } catch { throw .clientGone }
    }
}
