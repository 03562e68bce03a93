import MailSpool
import MailSyntax
import RelayControl
import RelayDelivery
import RelayEvents

// The spool's values as the documents that the control socket shows.

extension MailSpool.ShareState {
    init(_ state: RelayControl.ShareState) {
        switch state {
        case .waiting: self = .waiting
        case .retrying: self = .retrying
        case .held: self = .held
        case .failed: self = .failed
        }
    }

    var document: RelayControl.ShareState {
        switch self {
        case .waiting: .waiting
        case .retrying: .retrying
        case .held: .held
        case .failed: .failed
        }
    }
}

extension ShareDocument {
    init(_ summary: ShareSummary) {
        self.init(
            id: "\(summary.id)", stream: summary.stream, state: summary.state.document,
            acceptedAt: summary.acceptedAt.rfc3339, size: summary.messageByteCount,
            attempts: summary.attemptCount,
            nextAttemptAt: summary.state == .held || summary.state == .failed
                ? nil : summary.nextAttemptAt.rfc3339, reason: nil)
    }

    /// What keeps the stream back, of mail that is on its way.
    mutating func add(_ obstacle: StreamObstacle?, _ summary: ShareSummary) {
        guard let obstacle, summary.state != .held, summary.state != .failed else { return }
        reason = obstacle.reason
        nextAttemptAt = obstacle.next(for: summary.nextAttemptAt)?.rfc3339
    }

    /// What only the entry's file knows.
    mutating func add(_ entry: Entry, _ id: ShareID, addresses: Bool) {
        guard let share = entry.shares.first(where: { $0.number == id.number }) else { return }
        switch share.standing {
        case .held(let hold): reason = hold.reason
        case .ended: reason = share.lastReply
        case .waiting: break
        }
        guard addresses else { return }
        sender = entry.envelope.sender?.description ?? ""
        let shown: [RecipientStatus] = share.standing == .ended ? [.failed, .expired] : [.pending]
        recipients = share.recipients.filter { shown.contains($0.status) }.map(
            \.recipient.address.description)
    }
}

extension EntryDocument {
    init(_ entry: Entry, _ obstacles: [String: StreamObstacle]) {
        self.init(
            id: "\(entry.id)", messageID: entry.messageID, parent: entry.parent?.description,
            sender: entry.envelope.sender?.description ?? "", acceptedAt: entry.origin.receivedAt.rfc3339,
            size: entry.messageByteCount, client: entry.origin.client, helo: entry.origin.heloName,
            listener: entry.origin.listener, user: entry.origin.user, tls: entry.origin.tls,
            protocolName: entry.origin.protocolName,
            shares: entry.shares.map { Share($0, of: entry.id, obstacles[$0.stream]) })
    }
}

extension EntryDocument.Share {
    fileprivate init(_ share: MailSpool.Share, of entry: QueueID, _ obstacle: StreamObstacle?) {
        var hold: Hold?
        if case .held(let held) = share.standing { hold = held }
        let obstacle = share.standing == .waiting ? obstacle : nil
        let next = obstacle.map { $0.next(for: share.nextAttemptAt) } ?? share.nextAttemptAt
        self.init(
            id: "\(ShareID(entry: entry, number: share.number))", stream: share.stream, state: share.state,
            attempts: share.attemptCount,
            nextAttemptAt: share.standing == .waiting ? next?.rfc3339 : nil,
            reason: hold?.reason ?? obstacle?.reason,
            heldAt: hold?.heldAt.rfc3339, rule: hold?.rule ?? share.rule,
            lastReply: share.lastReply.isEmpty ? nil : share.lastReply, isEdited: share.pieces != nil,
            recipients: share.recipients.map(EntryDocument.Recipient.init))
    }
}

extension EntryDocument.Recipient {
    fileprivate init(_ recipient: ShareRecipient) {
        self.init(
            address: recipient.recipient.address.description, status: "\(recipient.status)",
            reply: recipient.reply.isEmpty ? nil : recipient.reply,
            redirectedFrom: recipient.redirectedFrom?.description)
    }
}

extension MailSpool.Share {
    /// The state in the words of the queue listing.
    fileprivate var state: String {
        switch standing {
        case .waiting: attemptCount > 0 ? "retrying" : "waiting"
        case .held: "held"
        case .ended: "ended"
        }
    }
}

extension StatusDocument.Stream {
    init(
        _ name: String, _ counts: ShareCounts, _ counters: Counters.Stream, _ oldest: Timestamp?,
        _ pause: StreamPause?, _ room: (isFull: Bool, refusedCount: Int), at now: Timestamp
    ) {
        self.init(
            name: name, waiting: counts.waiting, retrying: counts.retrying, held: counts.held,
            deliveredLastMinute: counters.deliveredPerMinute(at: now), delivered: counters.deliveredCount,
            deferred: counters.deferredCount, failed: counters.failedCount,
            lastReply: counters.lastReply?.text,
            lastReplyAt: counters.lastReply?.at.rfc3339,
            troubles: counters.troubles.sorted { $0.key < $1.key }.map { host, trouble in
                StatusDocument.Trouble(
                    smartHost: host, kind: trouble.kind.rawValue, reason: trouble.text,
                    since: trouble.since.rfc3339)
            }, oldestAcceptedAt: oldest?.rfc3339, paused: pause.map(PauseDocument.init),
            queuedBytes: counts.messageByteCount, isFull: room.isFull, turnedAway: room.refusedCount)
    }
}

extension Operated {
    init(_ entry: Entry, _ id: ShareID, by operatorName: String, stream: String? = nil) {
        let share = entry.shares.first { $0.number == id.number }
        self.init(
            id: "\(id.entry)", share: id.number, stream: stream ?? share?.stream ?? "",
            sender: entry.envelope.sender,
            recipients: share?.recipients.map(\.recipient.address) ?? [], operatorName: operatorName)
    }
}

extension Held {
    /// A share that an operator holds, or had judged again.
    init(_ entry: Entry, _ id: ShareID, stream: String, _ hold: Hold, by operatorName: String) {
        let share = entry.shares.first { $0.number == id.number }
        self.init(
            id: "\(id.entry)", share: id.number, stream: stream,
            sender: entry.envelope.sender, recipients: share?.recipients.map(\.recipient.address) ?? [],
            reason: hold.reason, rule: hold.rule, messageID: entry.messageID, operatorName: operatorName)
    }
}
