/// Which shares `queue list` shows; nil is any.
package struct QueueFilter: Equatable, Sendable {
    package var stream: String?
    package var state: ShareState?
    /// Whether sender and recipients are wanted: they are read from the files.
    package var showsAddresses: Bool

    package init(stream: String? = nil, state: ShareState? = nil, showsAddresses: Bool = false) {
        self.stream = stream
        self.state = state
        self.showsAddresses = showsAddresses
    }

    /// Reads the query `stream=office&state=held&addresses=true`.
    init(query: [String: String]) throws(ControlError) {
        self.init()
        for (name, value) in query {
            switch name {
            case "stream":
                stream = value
            case "state":
                guard let state = ShareState(rawValue: value) else {
                    throw .badRequest("unknown state \"\(value)\"; known are \(ShareState.names)")
                }
                self.state = state
            case "addresses":
                guard value == "true" || value == "false" else {
                    throw .badRequest("addresses is true or false")
                }
                showsAddresses = value == "true"
            default:
                throw .badRequest("unknown parameter \"\(name)\"; known are stream, state, addresses")
            }
        }
    }

    /// The query of a request.
    var query: [String: String] {
        var query: [String: String] = [:]
        query["stream"] = stream
        query["state"] = state?.rawValue
        query["addresses"] = showsAddresses ? "true" : nil
        return query
    }
}

/// The state of a share as a person sees it.
package enum ShareState: String, CaseIterable, Codable, Sendable {
    /// Its first attempt is due or under way.
    case waiting
    /// An attempt was put off; another follows.
    case retrying
    /// It waits for a person.
    case held

    /// All names, for messages.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
