package import MailSyntax

/// A client's message is on disk and synced: it was answered 250.
package struct Accepted: Sendable {
    package var id: String
    package var origin: Origin
    package var sender: Address?
    package var recipients: [Address]
    /// The streams that its shares go to, each once.
    package var streams: [String]
    package var byteCount: Int
    /// The Message-ID of the message.
    package var messageID: String?
    /// The address in the message's From field.
    package var from: String?

    package init(
        id: String, origin: Origin, sender: Address?, recipients: [Address], streams: [String],
        byteCount: Int,
        messageID: String? = nil, from: String? = nil
    ) {
        self.id = id
        self.origin = origin
        self.sender = sender
        self.recipients = recipients
        self.streams = streams
        self.byteCount = byteCount
        self.messageID = messageID
        self.from = from
    }
}

/// A message that we made is in the spool, or in a folder: a report or a copy.
package struct Created: Sendable {
    package var id: String
    /// The message it tells of, or was made from.
    package var parent: String?
    /// What it is: `failure report`, `requeued copy`.
    package var what: String
    package var stream: String
    package var sender: Address?
    package var recipients: [Address]
    package var byteCount: Int
    package var messageID: String?

    package init(
        id: String, parent: String?, what: String, stream: String, sender: Address?, recipients: [Address],
        byteCount: Int, messageID: String? = nil
    ) {
        self.id = id
        self.parent = parent
        self.what = what
        self.stream = stream
        self.sender = sender
        self.recipients = recipients
        self.byteCount = byteCount
        self.messageID = messageID
    }
}

/// A sender, recipient or message was answered 4xx or 5xx; nothing of it is stored.
///
/// Addresses are text: what is refused need not be an address.
package struct Refused: Sendable {
    package var origin: Origin
    /// The sender as the client gave it, empty for the null sender; nil before MAIL.
    package var sender: String?
    package var recipients: [String]
    /// The reply with code and status.
    package var reply: String
    package var status: EnhancedStatus?
    /// Why, where the reply does not say it.
    package var reason: String?
    /// The policy's rule, `script:line`.
    package var rule: String?
    package var byteCount: Int?
    package var messageID: String?

    package init(
        origin: Origin, sender: String?, recipients: [String] = [], reply: String,
        status: EnhancedStatus? = nil,
        reason: String? = nil, rule: String? = nil, byteCount: Int? = nil, messageID: String? = nil
    ) {
        self.origin = origin
        self.sender = sender
        self.recipients = recipients
        self.reply = reply
        self.status = status
        self.reason = reason
        self.rule = rule
        self.byteCount = byteCount
        self.messageID = messageID
    }
}

/// A share waits for a person.
package struct Held: Sendable {
    package var id: String
    package var share: Int
    package var stream: String
    package var sender: Address?
    package var recipients: [Address]
    package var reason: String
    package var rule: String?
    package var messageID: String?
    /// Who held it, or had it judged again; nil: nobody but the relay.
    package var operatorName: String?

    package init(
        id: String, share: Int, stream: String, sender: Address?, recipients: [Address], reason: String,
        rule: String? = nil, messageID: String? = nil, operatorName: String? = nil
    ) {
        self.id = id
        self.share = share
        self.stream = stream
        self.sender = sender
        self.recipients = recipients
        self.reason = reason
        self.rule = rule
        self.messageID = messageID
        self.operatorName = operatorName
    }
}

/// A person released or deleted a share.
package struct Operated: Sendable {
    package var id: String
    package var share: Int
    package var stream: String
    package var sender: Address?
    package var recipients: [Address]
    /// Who did it, as the control socket saw them.
    package var operatorName: String

    package init(
        id: String, share: Int, stream: String, sender: Address?, recipients: [Address], operatorName: String
    ) {
        self.id = id
        self.share = share
        self.stream = stream
        self.sender = sender
        self.recipients = recipients
        self.operatorName = operatorName
    }
}

/// The policy accepted a message for a recipient and threw it away.
package struct Discarded: Sendable {
    package var id: String
    package var sender: Address?
    package var recipient: Address
    package var rule: String?
    package var messageID: String?
    /// Who had it judged again; nil: it was dropped when it came.
    package var operatorName: String?

    package init(
        id: String, sender: Address?, recipient: Address, rule: String? = nil, messageID: String? = nil,
        operatorName: String? = nil
    ) {
        self.id = id
        self.sender = sender
        self.recipient = recipient
        self.rule = rule
        self.messageID = messageID
        self.operatorName = operatorName
    }
}

/// What an attempt came to for one recipient: delivered, deferred, failed, expired or uncertain.
package struct Delivery: Sendable {
    package var id: String
    package var share: Int
    package var stream: String
    package var sender: Address?
    package var recipient: Address
    /// The number of this attempt, from 1.
    package var attemptCount: Int
    /// The sender that the smart host saw, where the stream replaced it.
    package var newSender: Address?
    package var messageID: String?
    /// Of a report: the message it tells of.
    package var parent: String?
    /// The smart host as `host:port`.
    package var smartHost: String?
    package var tls: String?
    /// The credential's name.
    package var credential: String?
    /// The smart host's reply with code and status.
    package var reply: String?
    package var status: EnhancedStatus?
    /// The smart host's own queue ID.
    package var remoteID: String?
    /// Why, where there is no reply or it does not say: `recovered`, `connection broke`.
    package var reason: String?
    package var byteCount: Int?
    /// The time since it was accepted.
    package var delay: Duration?
    /// Of deferred: when it is tried again.
    package var nextAttemptAt: Timestamp?
    /// Who gave it up, where it was no smart host.
    package var operatorName: String?

    package init(
        id: String, share: Int, stream: String, sender: Address?, recipient: Address, attemptCount: Int,
        newSender: Address? = nil, messageID: String? = nil, parent: String? = nil, smartHost: String? = nil,
        tls: String? = nil, credential: String? = nil, reply: String? = nil, status: EnhancedStatus? = nil,
        remoteID: String? = nil, reason: String? = nil, byteCount: Int? = nil, delay: Duration? = nil,
        nextAttemptAt: Timestamp? = nil, operatorName: String? = nil
    ) {
        self.id = id
        self.share = share
        self.stream = stream
        self.sender = sender
        self.recipient = recipient
        self.attemptCount = attemptCount
        self.newSender = newSender
        self.messageID = messageID
        self.parent = parent
        self.smartHost = smartHost
        self.tls = tls
        self.credential = credential
        self.reply = reply
        self.status = status
        self.remoteID = remoteID
        self.reason = reason
        self.byteCount = byteCount
        self.delay = delay
        self.nextAttemptAt = nextAttemptAt
        self.operatorName = operatorName
    }
}
