/// What `queue show` tells of an entry.
package struct EntryDocument: Decodable, Sendable {
    /// One recipient of a share and what became of it.
    package struct Recipient: Decodable, Sendable {
        package var address: String
        /// `pending`, `delivered`, `failed`, `expired`, `discarded`, `deleted`, `requeued`.
        package var status: String
        package var reply: String?
        package var redirectedFrom: String?

        package init(address: String, status: String, reply: String?, redirectedFrom: String?) {
            self.address = address
            self.status = status
            self.reply = reply
            self.redirectedFrom = redirectedFrom
        }

        private enum CodingKeys: String, CodingKey {
            case address
            case status
            case reply
            case redirectedFrom = "redirected_from"
        }
    }

    /// A share, whatever its state.
    package struct Share: Decodable, Sendable {
        package var id: String
        package var stream: String
        /// As `ShareState`, or `done` when nothing is left to do.
        package var state: String
        package var attempts: Int
        package var nextAttemptAt: String?
        /// Why it is held, or what keeps its stream back.
        package var reason: String?
        package var heldAt: String?
        /// The policy's rule, `script:line`.
        package var rule: String?
        package var lastReply: String?
        /// Whether the policy changed the message for this share.
        package var isEdited: Bool
        package var recipients: [Recipient]

        package init(
            id: String, stream: String, state: String, attempts: Int, nextAttemptAt: String?, reason: String?,
            heldAt: String?, rule: String?, lastReply: String?, isEdited: Bool, recipients: [Recipient]
        ) {
            self.id = id
            self.stream = stream
            self.state = state
            self.attempts = attempts
            self.nextAttemptAt = nextAttemptAt
            self.reason = reason
            self.heldAt = heldAt
            self.rule = rule
            self.lastReply = lastReply
            self.isEdited = isEdited
            self.recipients = recipients
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case stream
            case state
            case attempts
            case nextAttemptAt = "next_attempt_at"
            case reason
            case heldAt = "held_at"
            case rule
            case lastReply = "last_reply"
            case isEdited = "edited"
            case recipients
        }
    }

    package var id: String
    package var messageID: String?
    /// Of a report: the message it tells of.
    package var parent: String?
    /// Empty for the null sender.
    package var sender: String
    package var acceptedAt: String
    /// The size of the message as received, in bytes.
    package var size: Int
    package var client: String
    package var helo: String
    package var listener: String
    package var user: String?
    package var tls: String?
    /// SMTP, ESMTP, ESMTPS.
    package var protocolName: String
    package var shares: [Share]

    package init(
        id: String, messageID: String?, parent: String?, sender: String, acceptedAt: String, size: Int,
        client: String, helo: String, listener: String, user: String?, tls: String?, protocolName: String,
        shares: [Share]
    ) {
        self.id = id
        self.messageID = messageID
        self.parent = parent
        self.sender = sender
        self.acceptedAt = acceptedAt
        self.size = size
        self.client = client
        self.helo = helo
        self.listener = listener
        self.user = user
        self.tls = tls
        self.protocolName = protocolName
        self.shares = shares
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case messageID = "message_id"
        case parent
        case sender
        case acceptedAt = "accepted_at"
        case size
        case client
        case helo
        case listener
        case user
        case tls
        case protocolName = "protocol"
        case shares
    }
}

extension JSONWriter {
    mutating func write(_ entry: EntryDocument) {
        object { json in
            json.member("id", entry.id)
            json.member("message_id", entry.messageID)
            json.member("parent", entry.parent)
            json.member("sender", entry.sender)
            json.member("accepted_at", entry.acceptedAt)
            json.member("size", entry.size)
            json.member("client", entry.client)
            json.member("helo", entry.helo)
            json.member("listener", entry.listener)
            json.member("user", entry.user)
            json.member("tls", entry.tls)
            json.member("protocol", entry.protocolName)
            json.member("shares", of: entry.shares) { $0.writeMembers(of: $1) }
        }
    }

    private mutating func writeMembers(of share: EntryDocument.Share) {
        member("id", share.id)
        member("stream", share.stream)
        member("state", share.state)
        member("attempts", share.attempts)
        member("next_attempt_at", share.nextAttemptAt)
        member("reason", share.reason)
        member("held_at", share.heldAt)
        member("rule", share.rule)
        member("last_reply", share.lastReply)
        member("edited", share.isEdited)
        member("recipients", of: share.recipients) { json, recipient in
            json.member("address", recipient.address)
            json.member("status", recipient.status)
            json.member("reply", recipient.reply)
            json.member("redirected_from", recipient.redirectedFrom)
        }
    }
}
