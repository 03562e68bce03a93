/// A request at the control socket, understood.
///
///     GET  /status
///     POST /reload
///     GET  /queue?stream=office&state=held&addresses=true
///     GET  /queue/ID            GET /queue/ID/content            ID may be that of a share, ID/2
///     POST /queue/hold          and release, retry, bounce, reroute, delete, with a selection
///     GET  /policy/stats
///     GET  /streams             POST /streams/NAME/pause         POST /streams/NAME/resume
package enum ControlRequest: Equatable, Sendable {
    case status
    case reload
    case list(QueueFilter)
    case show(id: String)
    case content(id: String)
    case perform(QueueOrder)
    case streams
    case pause(PauseOrder)
    case resume(stream: String)
    case rules

    /// Understands a request; only `list` has parameters.
    package static func parse(
        method: String, path: String, query: [String: String], body: [UInt8]
    ) throws(ControlError) -> ControlRequest {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        if parts != ["queue"], let name = query.keys.min() {
            throw .badRequest("unknown parameter \"\(name)\"")
        }
        switch (parts.first, parts.count) {
        case ("status", 1):
            try expect("GET", method)
            return .status
        case ("reload", 1):
            try expect("POST", method)
            return .reload
        case ("queue", 1):
            try expect("GET", method)
            return .list(try QueueFilter(query: query))
        case ("queue", 2...4):
            if let request = try ofQueue(parts.dropFirst(), method, body) { return request }
        case ("policy", 2) where parts[1] == "stats":
            try expect("GET", method)
            return .rules
        case ("streams", 1):
            try expect("GET", method)
            return .streams
        case ("streams", 3):
            if let request = try ofStream(parts[1], parts[2], method, body) { return request }
        default: break
        }
        throw .notFound("there is nothing at \(path)")
    }

    /// What it takes to ask this.
    package var neededAccess: ControlAccess {
        switch self {
        case .status, .list, .show, .streams, .rules: .read
        case .reload, .content, .perform, .pause, .resume: .operate
        }
    }

    /// What stands behind `/queue/`.
    private static func ofQueue(
        _ parts: ArraySlice<String>, _ method: String, _ body: [UInt8]
    ) throws(ControlError) -> ControlRequest? {
        if parts.count == 1, let name = parts.first, QueueAction.names.contains(name) {
            try expect("POST", method)
            return try QueueOrder(name, body: body).map { .perform($0) }
        }
        let isContent = parts.count > 1 && parts.last == "content"
        guard let id = id(of: isContent ? parts.dropLast() : parts) else { return nil }
        try expect("GET", method)
        return isContent ? .content(id: id) : .show(id: id)
    }

    /// What stands behind `/streams/`.
    private static func ofStream(
        _ name: String, _ verb: String, _ method: String, _ body: [UInt8]
    ) throws(ControlError) -> ControlRequest? {
        guard ["pause", "resume"].contains(verb) else { return nil }
        try expect("POST", method)
        if verb == "pause" { return .pause(try PauseOrder(stream: name, body: body)) }
        try RequestMembers(body: body).end()
        return .resume(stream: name)
    }

    /// `ID`, or `ID` and a share's number.
    private static func id(of parts: ArraySlice<String>) -> String? {
        guard let first = parts.first else { return nil }
        if parts.count == 1 { return first }
        return parts.count == 2 && parts.last.flatMap(Int.init) != nil ? parts.joined(separator: "/") : nil
    }

    private static func expect(_ allowed: String, _ method: String) throws(ControlError) {
        guard method == allowed else { throw .methodNotAllowed(allowed: allowed) }
    }
}
