/// A request at the control socket, understood.
///
///     GET  /status
///     GET  /queue?stream=office&state=held&addresses=true
///     GET  /queue/ID            GET /queue/ID/content
///     POST /queue/release       POST /queue/retry       POST /queue/delete    with a selection
package enum ControlRequest: Equatable, Sendable {
    case status
    case list(QueueFilter)
    case show(id: String)
    case content(id: String)
    case perform(QueueAction, QueueSelection)

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
        case ("queue", 1):
            try expect("GET", method)
            return .list(try QueueFilter(query: query))
        case ("queue", 2):
            if let action = QueueAction(rawValue: parts[1]) {
                try expect("POST", method)
                return .perform(action, try QueueSelection(body: body))
            }
            try expect("GET", method)
            return .show(id: parts[1])
        case ("queue", 3) where parts[2] == "content":
            try expect("GET", method)
            return .content(id: parts[1])
        default:
            throw .notFound("there is nothing at \(path)")
        }
    }

    /// What it takes to ask this.
    package var neededAccess: ControlAccess {
        switch self {
        case .status, .list, .show: .read
        case .content, .perform: .operate
        }
    }

    private static func expect(_ allowed: String, _ method: String) throws(ControlError) {
        guard method == allowed else { throw .methodNotAllowed(allowed: allowed) }
    }
}
