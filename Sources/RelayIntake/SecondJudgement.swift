package import MailSpool
import MailSyntax
package import RelayPolicy
package import RelaySettings

/// Judges held mail once more, by the scripts and routes in force: a person lets it go, but not past the policy.
///
/// A share that fares as it was stored, but for its stream or hold, stays where it is; else it is to be stored anew.
package struct SecondJudgement: Sendable {
    /// What is to become of the share.
    package enum Outcome: Hashable, Sendable {
        case send(stream: String)
        case hold(PlannedHold, stream: String)
        /// Too late for an answer in the dialogue: the sender gets a report (RFC 5429 section 2.1.1).
        case refuse(Refusal)
        case discard(rule: String)
        /// Edited otherwise, to others, or in several shares; see `Requeue`.
        case requeue(Plan)
        /// A script stopped at an error: whatever `on_error` says, nobody waits for an answer.
        case failure(PolicyFailure)
        /// It stays as it is, for this reason.
        case stay(String)
    }

    package let policy: Policy
    package let settings: Settings
    private let desk: PolicyDesk

    package init(policy: Policy, settings: Settings, desk: PolicyDesk) {
        self.policy = policy
        self.settings = settings
        self.desk = desk
    }

    /// Judges a share of an entry. `message` reads what was received, `outgoing` what would leave now.
    package func judge(
        _ share: Share, of entry: Entry, message: MessageReader, outgoing: MessageReader
    ) async throws(SpoolError) -> Outcome {
        guard !share.isUnfinished else { return .stay("\(Requeue.unfinished), see postern-runbook(7)") }
        let bytes = try await message.read(0..<min(message.byteCount, Limits.headByteCount))
        let head = MessageHead(bytes, byteCount: message.byteCount)
        switch try await verdict(on: share, of: entry, head, message) {
        case .deferAll(let deferral):
            return deferral.failures.first.map(Outcome.failure)
                ?? .stay("\(deferral.rule) puts it off: \(deferral.text)")
        case .refuse(let refusal): return refusal.failures.first.map(Outcome.failure) ?? .refuse(refusal)
        case .accept(let plan):
            if let failure = plan.failures.first { return .failure(failure) }
            if plan.isTooLarge(head.byteCount, for: settings.streams) {
                return .stay("it is too large for its stream")
            }
            let rest = plan.remaining(of: share, in: entry)
            // Somebody has a copy by another share. Whether that is enough a person decides.
            guard !rest.isEmpty else { return .stay("the policy redirects it, as it did when it came") }
            let outcome = rest.outcome(recipientCount: share.pendingRecipients.count)
            guard case .send = outcome, let edits = rest.shares.first?.edits else {
                return outcome ?? .requeue(rest)
            }
            let pieces = edits.pieces(headerByteCount: head.header.byteCount, byteCount: head.byteCount)
            let isSame = try await outgoing.isMade(
                of: pieces ?? [.original(0..<head.byteCount)], of: message)
            return isSame ? .send(stream: rest.shares[0].stream) : .requeue(rest)
        }
    }

    private func verdict(
        on share: Share, of entry: Entry, _ head: MessageHead, _ message: MessageReader
    ) async throws(SpoolError) -> Verdict {
        var envelope = entry.envelope
        envelope.recipients = share.pendingRecipients
        let source = MessageSource { range throws(SpoolError) in try message.bytes(range) }
        var judged = JudgedMessage(
            envelope: envelope, origin: entry.origin, head: head.bytes, byteCount: head.byteCount,
            read: source.read)
        (judged.id, judged.occasion) = (entry.id.description, .release)
        let verdict = await desk.judge(judged, by: policy)
        try source.check()
        return verdict
    }
}

extension Share {
    /// A script failed at it: nothing of what the policy wants beside it was done when it came.
    package var isHeldByError: Bool {
        guard case .held(let hold) = standing else { return false }
        return hold.reason == PlannedHold.policyError
    }
}

extension Plan {
    /// What is left to do of it for a share: what the first judgement had done is not done again.
    fileprivate func remaining(of share: Share, in entry: Entry) -> Plan {
        var plan = self
        let own = Set(share.pendingRecipients.map(\.address))
        let kept = Set(ownRecipients.map(\.recipient.address))
        for index in shares.indices {
            plan.shares[index].recipients = shares[index].recipients.compactMap { recipient in
                guard recipient.redirectedFrom != nil else { return recipient }
                let address = recipient.recipient.address
                // A share of redirected mail is to go where it goes.
                if own.contains(address) {
                    return kept.contains(address) ? nil : PlannedRecipient(recipient.recipient)
                }
                return entry.hasRedirection(to: address) ? nil : recipient
            }
        }
        plan.shares.removeAll(where: \.recipients.isEmpty)
        guard !share.isHeldByError else { return plan }
        (plan.notices, plan.traces) = ([], PolicyTraces())
        // Its copies lie in their folders, but where nothing else is left of it: better twice than never.
        let sent = Set(shares.flatMap(\.recipients).map { $0.redirectedFrom ?? $0.recipient.address })
        plan.storages.removeAll { $0.recipients.allSatisfy(sent.contains) }
        return plan
    }

    private var ownRecipients: [PlannedRecipient] {
        shares.flatMap(\.recipients).filter { $0.redirectedFrom == nil }
    }

    fileprivate var isEmpty: Bool {
        shares.isEmpty && discarded.isEmpty && refused.isEmpty && storages.isEmpty
    }

    /// The outcome where all recipients fare alike, and nothing else is to be done.
    fileprivate func outcome(recipientCount: Int) -> SecondJudgement.Outcome? {
        guard storages.isEmpty, notices.isEmpty, traces.isEmpty, refused.isEmpty else { return nil }
        if shares.isEmpty, let first = discarded.first, discarded.count == recipientCount {
            return .discard(rule: first.rule)
        }
        guard let share = shares.first, shares.count == 1, share.recipients.count == recipientCount,
            share.recipients.allSatisfy({ $0.redirectedFrom == nil })
        else { return nil }
        return share.hold.map { .hold($0, stream: share.stream) } ?? .send(stream: share.stream)
    }
}

extension Entry {
    /// A copy of the first judgement went there: it is not sent twice.
    fileprivate func hasRedirection(to address: Address) -> Bool {
        shares.contains { share in
            share.recipients.contains { $0.redirectedFrom != nil && $0.recipient.address == address }
        }
    }
}

extension MessageReader {
    /// It reads what these pieces of a message come to.
    fileprivate func isMade(of pieces: [Piece], of message: MessageReader) async throws(SpoolError) -> Bool {
        guard byteCount == pieces.byteCount else { return false }
        var place = 0
        for piece in pieces {
            for start in stride(from: 0, to: piece.byteCount, by: Limits.windowByteCount) {
                let part = start..<min(start + Limits.windowByteCount, piece.byteCount)
                let wanted: [UInt8]
                switch piece {
                case .added(let bytes): wanted = Array(bytes[part])
                case .original(let range):
                    wanted = try await message.read(
                        range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
                }
                guard try await read(place..<place + part.count) == wanted else { return false }
                place += part.count
            }
        }
        return true
    }
}
