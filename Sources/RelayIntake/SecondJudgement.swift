package import MailSpool
import MailSyntax
package import RelayPolicy
package import RelaySettings

/// Judges held mail once more, by the scripts and routes in force: a person lets it go, but not past the policy.
///
/// Recipients and edits of what is stored stay as they were. Where the policy wants them otherwise now, nothing is
/// done by halves: the mail stays held, and it is said why.
package struct SecondJudgement: Sendable {
    /// What is to become of the share.
    package enum Outcome: Hashable, Sendable {
        case send(stream: String)
        case hold(PlannedHold, stream: String)
        /// Too late for an answer in the dialogue: the sender gets a report (RFC 5429 section 2.1.1).
        case refuse(Refusal)
        case discard(rule: String)
        /// A script stopped at an error: whatever `on_error` says, nobody waits for an answer.
        case failure(PolicyFailure)
        /// It cannot be done to mail that is stored.
        case impossible(String)
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
        let bytes = try await message.read(0..<min(message.byteCount, Limits.headByteCount))
        let head = MessageHead(bytes, byteCount: message.byteCount)
        var envelope = entry.envelope
        envelope.recipients = share.recipients.filter { $0.status == .pending }.map(\.recipient)
        let source = MessageSource { range throws(SpoolError) in try message.bytes(range) }
        var judged = JudgedMessage(
            envelope: envelope, origin: entry.origin, head: head.bytes, byteCount: head.byteCount,
            read: source.read)
        (judged.id, judged.occasion) = (entry.id.description, .release)
        let verdict = await desk.judge(judged, by: policy)
        try source.check()
        let outcome = outcome(of: verdict, for: envelope, entry)
        guard case .send(let stream) = outcome, case .accept(let plan) = verdict else { return outcome }
        if share.isHeldByError, let storage = plan.storages.first {
            return .impossible("the policy wants a copy of it in folder \(storage.folder)")
        }
        if plan.isTooLarge(head.byteCount, for: settings.streams) {
            return .impossible("it is too large for stream \(stream)")
        }
        let pieces = plan.ownShare?.edits.pieces(
            headerByteCount: head.header.byteCount, byteCount: head.byteCount)
        let isSame = try await outgoing.isMade(of: pieces ?? [.original(0..<head.byteCount)], of: message)
        return isSame ? outcome : .impossible("the policy edits it otherwise by now")
    }

    private func outcome(of verdict: Verdict, for envelope: Envelope, _ entry: Entry) -> Outcome {
        let count = envelope.recipients.count
        switch verdict {
        case .deferAll(let deferral):
            return deferral.failures.first.map(Outcome.failure) ?? .impossible(deferral.text)
        case .refuse(let refusal):
            if let failure = refusal.failures.first { return .failure(failure) }
            return refusal.recipients.count == count ? .refuse(refusal) : .parted
        case .accept(let plan):
            if let failure = plan.failures.first { return .failure(failure) }
            return outcome(of: plan, count, entry)
        }
    }

    private func outcome(of plan: Plan, _ count: Int, _ entry: Entry) -> Outcome {
        if let copy = plan.redirections.first(where: { !entry.hasRedirection(to: $0.recipient.address) }) {
            return .impossible("the policy redirects it to <\(copy.recipient.address)> by now")
        }
        if let first = plan.discarded.first, plan.discarded.count == count {
            return .discard(rule: first.rule)
        }
        guard let share = plan.ownShare, share.recipients.count == count else { return .parted }
        return share.hold.map { .hold($0, stream: share.stream) } ?? .send(stream: share.stream)
    }
}

extension SecondJudgement.Outcome {
    fileprivate static let parted = Self.impossible("the policy treats its recipients differently by now")
}

extension Share {
    /// A script failed at it: nothing of what the policy wants beside it was done when it came.
    var isHeldByError: Bool {
        guard case .held(let hold) = standing else { return false }
        return hold.reason == PlannedHold.policyError
    }
}

extension Plan {
    /// The one of the recipients' own copies; copies that are redirected are others.
    fileprivate var ownShare: PlannedShare? {
        shares.first { share in share.recipients.contains { $0.redirectedFrom == nil } }
    }

    fileprivate var redirections: [PlannedRecipient] {
        shares.flatMap(\.recipients).filter { $0.redirectedFrom != nil }
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
