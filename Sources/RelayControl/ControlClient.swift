import FoundationEssentials
import HTTPExchange
package import Transport

/// Why a command got nothing from the daemon.
package enum ControlFailure: Error, Equatable {
    /// There is no daemon at the socket, or it does not answer.
    case unreachable(String)
    /// The daemon does not obey this user.
    case notPermitted(String)
    /// The daemon says no, or there is no such thing.
    case refused(String)

    /// The exit code that says so.
    package var exitCode: Int32 {
        switch self {
        case .unreachable: 69
        case .notPermitted: 77
        case .refused: 1
        }
    }

    /// One line for the person at the terminal.
    package var text: String {
        switch self {
        case .unreachable(let text), .notPermitted(let text), .refused(let text): text
        }
    }
}

/// The commands' side of the control socket.
///
/// Answers come as the daemon's own bytes, so that `--json` shows them as they are; `decode` reads them.
package struct ControlClient: Sendable {
    private let client: HTTPClient
    private let socket: PeerAddress

    package init(socketPath: String, loops: EventLoops) {
        client = HTTPClient(loops: loops)
        socket = PeerAddress(host: .unix(path: socketPath), port: 0)
    }

    /// The status as one JSON document.
    package func status() async throws(ControlFailure) -> [UInt8] {
        try await document("/status")
    }

    /// What became of a reload, as one JSON document; also when the daemon refused the configuration.
    package func reload() async throws(ControlFailure) -> [UInt8] {
        try await ask(HTTPRequest("POST", "/reload"), nil, accepts: [200, 422]).bytes
    }

    /// An entry as one JSON document.
    package func show(_ id: String) async throws(ControlFailure) -> [UInt8] {
        try await document("/queue/\(id)")
    }

    /// The bytes of a message, as they come.
    package func content(
        _ id: String, each: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(ControlFailure) {
        _ = try await ask(HTTPRequest("GET", "/queue/\(id)/content"), each)
    }

    /// The shares that the filter admits, one JSON document each.
    package func list(
        _ filter: QueueFilter, each: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(ControlFailure) {
        try await lines(HTTPRequest("GET", "/queue", query: filter.query), each)
    }

    /// What became of each share that an action was done to; between them progress, if it is asked for.
    package func perform(
        _ order: QueueOrder, each: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(ControlFailure) {
        try await lines(post("/queue/\(order.action.name)", order.body()), each)
    }

    /// What the rules of the policy did, one JSON document each.
    package func rules(each: @escaping @Sendable ([UInt8]) async -> Void) async throws(ControlFailure) {
        try await lines(HTTPRequest("GET", "/policy/stats"), each)
    }

    /// The streams, one JSON document each.
    package func streams(each: @escaping @Sendable ([UInt8]) async -> Void) async throws(ControlFailure) {
        try await lines(HTTPRequest("GET", "/streams"), each)
    }

    /// Pauses a stream, and how it stands then.
    package func pause(_ order: PauseOrder) async throws(ControlFailure) -> [UInt8] {
        try await ask(post("/streams/\(order.stream)/pause", order.body()), nil).bytes
    }

    /// Lets a stream send again, and how it stands then.
    package func resume(_ stream: String) async throws(ControlFailure) -> [UInt8] {
        try await ask(post("/streams/\(stream)/resume", []), nil).bytes
    }

    private func post(_ path: String, _ body: [UInt8]) -> HTTPRequest {
        HTTPRequest("POST", path, body: body, contentType: "application/json")
    }

    /// Reads one document.
    package static func decode<Document: Decodable>(
        _ type: Document.Type, from bytes: [UInt8]
    ) throws(ControlFailure) -> Document {
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
            throw .refused("the daemon's answer is of another version than this command")
        }
    }

    private func document(_ path: String) async throws(ControlFailure) -> [UInt8] {
        try await ask(HTTPRequest("GET", path), nil).bytes
    }

    private func lines(
        _ request: HTTPRequest, _ each: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(ControlFailure) {
        let splitter = LineSplitter()
        _ = try await ask(request) { chunk in
            for line in try splitter.lines(in: chunk) { await each(line) }
        }
    }

    private func ask(
        _ request: HTTPRequest, _ onChunk: (@Sendable ([UInt8]) async throws -> Void)?,
        accepts accepted: Set<Int> = [200]
    ) async throws(ControlFailure) -> HTTPResponse {
        let response: HTTPResponse
        var request = request
        if let claim = OperatorClaim.own { request.fields[OperatorClaim.field] = claim.name }
        do {
            response = try await client.send(
                request, to: socket, within: Limits.answerTimeout, onChunk: onChunk)
        } catch {
            let reason = "\(error)".trimmingPrefix("\(socket): ")
            throw .unreachable("the daemon cannot be reached at \(socket): \(reason); does it run?")
        }
        if accepted.contains(response.status) { return response }
        guard let reason = Self.reason(response) else {
            throw .unreachable(
                "what answers at \(socket) is not the daemon; does another program listen there?")
        }
        throw response.status == 403 ? .notPermitted(reason) : .refused(reason)
    }

    /// Why the daemon refuses; nil: it is not the daemon that does.
    private static func reason(_ response: HTTPResponse) -> String? {
        struct Refusal: Decodable { let error: String }
        if response.status == 413 { return "too much for one request; name fewer IDs, or a selection" }
        // An answer that is no document comes from something that is not the daemon.
        return (try? JSONDecoder().decode(Refusal.self, from: Data(response.bytes)))?.error
    }
}
