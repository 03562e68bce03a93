public import MailSyntax

/// What an attempt changes of a share.
public struct ShareChange: Hashable, Sendable {
    /// What became of recipients, by their place in the share's list; the others stay as they are.
    public var statuses: [Int: RecipientStatus] = [:]
    /// The replies that decided, or that came last, by place.
    public var replies: [Int: String] = [:]
    /// Attempts that count, this one included.
    public var attemptCount = 0
    /// When what is left of it is due; nil: as before.
    public var nextAttemptAt: Timestamp?
    /// What the attempt met.
    public var lastReply = ""
    /// The sender was told that it takes long.
    public var isWarned = false
    /// What is left of it must wait for a person.
    public var hold: Hold?
    /// No smart host was well: once one is, what is left of it is due. Known only until the process ends.
    public var isStalled = false

    /// A change that is filled in by its properties; all of them but the optional ones count.
    public init() {}
}

extension Share {
    /// Brings the share to where the attempt left it; once nothing is pending it has ended.
    mutating func apply(_ change: ShareChange) {
        for (place, status) in change.statuses where recipients.indices.contains(place) {
            recipients[place].status = status
        }
        for (place, reply) in change.replies where recipients.indices.contains(place) {
            recipients[place].reply = reply.cut()
        }
        attemptCount = change.attemptCount
        nextAttemptAt = change.nextAttemptAt ?? nextAttemptAt
        lastReply = change.lastReply.cut()
        isWarned = change.isWarned
        standing = change.hold.map(Standing.held) ?? .waiting
        if !recipients.contains(where: { $0.status == .pending }) { standing = .ended }
    }

    /// Some of it failed, and nothing of it waits.
    var hasFailed: Bool {
        standing == .ended && recipients.contains { $0.status == .failed || $0.status == .expired }
    }

    /// What failed is tried again, as if it had been held all the time until now.
    mutating func revive(at now: Timestamp, acceptedAt: Timestamp) {
        for place in recipients.indices where [.failed, .expired].contains(recipients[place].status) {
            recipients[place].status = .pending
        }
        heldFor = max(now - acceptedAt, heldFor)
        (standing, nextAttemptAt, isWarned) = (.waiting, now, false)
    }

    /// A person lets it go. Should the clock have been set back since, the hold took no time.
    mutating func release(at now: Timestamp) {
        guard case .held(let hold) = standing else { return }
        heldFor += max(now - hold.heldAt, .zero)
        standing = .waiting
        nextAttemptAt = now
    }

    /// Ends what is pending without an attempt; of what failed, that it is kept.
    mutating func delete(as status: RecipientStatus = .deleted) {
        let ends: [RecipientStatus] = hasFailed ? [.failed, .expired] : [.pending]
        for place in recipients.indices where ends.contains(recipients[place].status) {
            recipients[place].status = status
        }
        standing = .ended
    }
}

extension String {
    /// Text that only informs, within its limit and ending with a whole character.
    func cut() -> String {
        guard utf8.count > Limits.textByteCount else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: Limits.textByteCount)
        while end > startIndex, String.Index(end, within: self) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
