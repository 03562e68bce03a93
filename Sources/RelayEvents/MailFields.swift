import MailSyntax

/// The fields of events about mail, in the order in which they are told.
extension EventFields {
    mutating func add(_ event: Accepted) {
        add("POSTERN_ID", event.id)
        add("POSTERN_MESSAGE_ID", event.messageID)
        for stream in event.streams { add("POSTERN_STREAM", stream) }
        add(event.origin)
        add(sender: event.sender)
        add("POSTERN_FROM", event.from)
        add(recipients: event.recipients)
        add("POSTERN_SIZE", event.byteCount)
    }

    mutating func add(_ event: Created) {
        add("POSTERN_ID", event.id)
        add("POSTERN_MESSAGE_ID", event.messageID)
        add("POSTERN_PARENT", event.parent)
        add("POSTERN_STREAM", event.stream)
        add(sender: event.sender)
        add(recipients: event.recipients)
        add("POSTERN_REASON", event.what)
        add("POSTERN_SIZE", event.byteCount)
    }

    mutating func add(_ event: Refused) {
        add("POSTERN_MESSAGE_ID", event.messageID)
        add(event.origin)
        if let sender = event.sender { add("POSTERN_SENDER", sender.isEmpty ? "<>" : sender) }
        for recipient in event.recipients.prefix(Limits.namedRecipientCount) {
            add("POSTERN_RECIPIENT", recipient)
        }
        add("POSTERN_REPLY", event.reply)
        add("POSTERN_STATUS", event.status?.description)
        add("POSTERN_REASON", event.reason)
        add(rule: event.rule)
        add("POSTERN_SIZE", event.byteCount)
    }

    mutating func add(_ event: Held) {
        add("POSTERN_ID", event.id)
        add("POSTERN_SHARE", event.share)
        add("POSTERN_MESSAGE_ID", event.messageID)
        add("POSTERN_STREAM", event.stream)
        add(sender: event.sender)
        add(recipients: event.recipients)
        add("POSTERN_REASON", event.reason)
        add(rule: event.rule)
        add("POSTERN_OPERATOR", event.operatorName)
    }

    mutating func add(_ event: Operated, into stream: String? = nil) {
        add("POSTERN_ID", event.id)
        add("POSTERN_SHARE", event.share)
        add("POSTERN_STREAM", stream ?? event.stream)
        if stream != nil { add("POSTERN_OLD_STREAM", event.stream) }
        add(sender: event.sender)
        add(recipients: event.recipients)
        add("POSTERN_OPERATOR", event.operatorName)
    }

    mutating func add(_ event: Discarded) {
        add("POSTERN_ID", event.id)
        add("POSTERN_MESSAGE_ID", event.messageID)
        add(sender: event.sender)
        add("POSTERN_RECIPIENT", event.recipient.description)
        add(rule: event.rule)
        add("POSTERN_OPERATOR", event.operatorName)
    }

    mutating func add(_ event: Delivery) {
        add("POSTERN_ID", event.id)
        add("POSTERN_SHARE", event.share)
        add("POSTERN_MESSAGE_ID", event.messageID)
        add("POSTERN_PARENT", event.parent)
        add("POSTERN_STREAM", event.stream)
        add(sender: event.sender)
        add("POSTERN_NEW_SENDER", event.newSender?.description)
        add("POSTERN_RECIPIENT", event.recipient.description)
        add("POSTERN_SMARTHOST", event.smartHost)
        add("POSTERN_TLS", event.tls)
        add("POSTERN_CREDENTIAL", event.credential)
        add("POSTERN_ATTEMPT", event.attemptCount)
        add("POSTERN_REPLY", event.reply)
        add("POSTERN_STATUS", event.status?.description)
        add("POSTERN_REMOTE_ID", event.remoteID)
        add("POSTERN_REASON", event.reason)
        add("POSTERN_SIZE", event.byteCount)
        add("POSTERN_DELAY_MS", (event.delay?.wholeMilliseconds).map(Int.init))
        add("POSTERN_NEXT_ATTEMPT", event.nextAttemptAt?.rfc3339)
        add("POSTERN_OPERATOR", event.operatorName)
    }

    mutating func add(_ origin: Origin) {
        add("POSTERN_LISTENER", origin.listener)
        add("POSTERN_CLIENT", origin.client)
        add("POSTERN_USER", origin.user)
        add("POSTERN_TLS", origin.tls)
    }

    mutating func add(sender: Address?) { add("POSTERN_SENDER", sender?.description ?? "<>") }

    mutating func add(recipients: [Address]) {
        for recipient in recipients.prefix(Limits.namedRecipientCount) {
            add("POSTERN_RECIPIENT", recipient.description)
        }
        if recipients.count > 1 { add("POSTERN_RECIPIENT_COUNT", recipients.count) }
    }
}
