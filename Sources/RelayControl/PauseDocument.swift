import RelaySettings

/// A stream's pause as it is shown.
package struct PauseDocument: Decodable, Equatable, Sendable {
    /// Who said it: `anna`, `root (sudo: anna)`.
    package var by: String
    package var reason: String
    /// Times are RFC 3339 in UTC.
    package var since: String
    /// When it ends by itself; nil: when somebody says so.
    package var until: String?

    package init(by: String, reason: String, since: String, until: String?) {
        self.by = by
        self.reason = reason
        self.since = since
        self.until = until
    }
}

/// A line of `stream list`, and the answer to a pause or its end.
package struct StreamDocument: Decodable, Sendable {
    package var name: String
    /// False of a stream of which only mail or a pause is left.
    package var isConfigured: Bool
    package var waiting: Int
    package var retrying: Int
    package var held: Int
    /// `host:port`, in order of preference.
    package var smartHosts: [String]
    package var paused: PauseDocument?

    package init(
        name: String, isConfigured: Bool, waiting: Int, retrying: Int, held: Int, smartHosts: [String],
        paused: PauseDocument?
    ) {
        self.name = name
        self.isConfigured = isConfigured
        self.waiting = waiting
        self.retrying = retrying
        self.held = held
        self.smartHosts = smartHosts
        self.paused = paused
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case isConfigured = "configured"
        case waiting
        case retrying
        case held
        case smartHosts = "smarthosts"
        case paused
    }
}

/// Why a stream shall send nothing, and for how long.
package struct PauseOrder: Equatable, Sendable {
    package var stream: String
    package var reason: String
    /// Whole seconds; nil: until somebody resumes it.
    package var span: Duration?

    package init(stream: String, reason: String, span: Duration? = nil) {
        self.stream = stream
        self.reason = reason
        self.span = span
    }

    init(stream: String, body: [UInt8]) throws(ControlError) {
        var members = try RequestMembers(body: body)
        self.stream = stream
        reason = try members.requiredText("reason")
        span = try members.span("for")
        try members.end()
        if span == .zero { throw .badRequest("for is longer than nothing") }
    }

    /// The body of a request.
    func body() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("reason", reason)
            if let span { json.member("for", Units.text(span)) }
        }
        return json.bytes
    }
}

extension JSONWriter {
    mutating func write(_ stream: StreamDocument) {
        object { json in
            json.member("name", stream.name)
            json.member("configured", stream.isConfigured)
            json.member("waiting", stream.waiting)
            json.member("retrying", stream.retrying)
            json.member("held", stream.held)
            json.member("smarthosts", stream.smartHosts)
            json.member("paused", stream.paused)
        }
    }

    mutating func member(_ name: String, _ pause: PauseDocument?) {
        guard let pause else { return member(name, String?.none) }
        member(name) { json in
            json.member("by", pause.by)
            json.member("reason", pause.reason)
            json.member("since", pause.since)
            json.member("until", pause.until)
        }
    }
}
