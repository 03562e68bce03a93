/// A line of `queue list`.
package struct ShareDocument: Decodable, Sendable {
    /// The share's ID, `ID/1`.
    package var id: String
    package var stream: String
    package var state: ShareState
    /// Times are RFC 3339 in UTC.
    package var acceptedAt: String
    /// The size of the message in bytes.
    package var size: Int
    package var attempts: Int
    /// nil: held, or in a stream that is paused without an end.
    package var nextAttemptAt: String?
    /// Why it is held, or what keeps its stream back.
    package var reason: String?
    /// Given only where addresses were asked for; empty for the null sender.
    package var sender: String?
    package var recipients: [String]?

    package init(
        id: String, stream: String, state: ShareState, acceptedAt: String, size: Int, attempts: Int,
        nextAttemptAt: String?, reason: String?, sender: String? = nil, recipients: [String]? = nil
    ) {
        self.id = id
        self.stream = stream
        self.state = state
        self.acceptedAt = acceptedAt
        self.size = size
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.reason = reason
        self.sender = sender
        self.recipients = recipients
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case stream
        case state
        case acceptedAt = "accepted_at"
        case size
        case attempts
        case nextAttemptAt = "next_attempt_at"
        case reason
        case sender
        case recipients
    }
}

extension JSONWriter {
    mutating func write(_ share: ShareDocument) {
        object { json in
            json.member("id", share.id)
            json.member("stream", share.stream)
            json.member("state", share.state.rawValue)
            json.member("accepted_at", share.acceptedAt)
            json.member("size", share.size)
            json.member("attempts", share.attempts)
            json.member("next_attempt_at", share.nextAttemptAt)
            json.member("reason", share.reason)
            if let recipients = share.recipients {
                json.member("sender", share.sender)
                json.member("recipients", recipients)
            }
        }
    }
}
