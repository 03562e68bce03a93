package import MailSpool
import MailSyntax
import RelayEvents
package import RelayPolicy

/// Stores held mail anew, as the policy of today wants it: with other edits, for other recipients, in shares that part.
/// What was received is copied, and the new entry goes its own way under its own ID.
///
/// The new entry is held until the old share has ended. So whatever breaks off between, nothing is lost, and nothing
/// goes out twice: what a crash leaves is held.
package struct Requeue: Sendable {
    private let services: IntakeServices
    private let operatorName: String

    package init(_ services: IntakeServices, by operatorName: String) {
        self.services = services
        self.operatorName = operatorName
    }

    /// Ends a held share and does with its message what the plan says. The new entry's ID; nil: nothing is stored.
    package func requeue(
        _ share: Share, of entry: Entry, message: MessageReader, by plan: Plan
    ) async throws(SpoolError) -> QueueID? {
        let draft = try await copy(of: message)
        let (new, old) = (draft.id, ShareID(entry: entry.id, number: share.number))
        let head = MessageHead(try await draft.head(Limits.headByteCount), byteCount: draft.byteCount)
        var envelope = entry.envelope(of: share)
        envelope.recipients = share.pendingRecipients
        let filing = PlanFiling(
            envelope: envelope, origin: entry.origin, head: head, services: services, id: entry.id,
            operatorName: operatorName)
        let shares = plan.shares.map { planned in
            var new = NewShare(planned, head: head, at: services.now())
            new.hold = new.hold ?? share.unfinishedHold
            return new
        }
        let copies = try await filing.file(draft, plan, as: shares, reported: plan.refused)
        do throws(SpoolError) { try await services.spool.discard(old, as: .requeued) } catch {
            await takeBack(new, shareCount: shares.count)
            await filing.takeBack(copies, of: plan)
            throw error
        }
        for planned in plan.shares { tell(planned, new, entry, head) }
        filing.tellFates(of: plan, in: new)
        await filing.conclude(plan, copies)
        for (index, planned) in plan.shares.enumerated() where planned.hold == nil {
            try await services.spool.release(ShareID(entry: new, number: index + 1))
        }
        return shares.isEmpty ? nil : new
    }

    private func copy(of message: MessageReader) async throws(SpoolError) -> Draft {
        var draft = services.spool.makeDraft()
        for start in stride(from: 0, to: message.byteCount, by: Limits.windowByteCount) {
            let end = min(start + Limits.windowByteCount, message.byteCount)
            try await draft.append(try await message.read(start..<end))
        }
        return draft
    }

    /// Somebody was faster with the old share, or the disk fails: the new one must not go as well.
    private func takeBack(_ new: QueueID, shareCount: Int) async {
        for number in 1..<shareCount + 1 {
            // What stays after all is held: a person finds it.
            try? await services.spool.discard(ShareID(entry: new, number: number))
        }
    }

    private func tell(_ planned: PlannedShare, _ new: QueueID, _ entry: Entry, _ head: MessageHead) {
        services.events.tell(
            .created(
                Created(
                    id: new.description, parent: entry.id.description, what: "requeued copy",
                    stream: planned.stream, recipients: planned.recipients.map(\.recipient.address),
                    byteCount: head.byteCount, messageID: entry.messageID)))
    }
}

extension Share {
    /// To whom it would go now.
    var pendingRecipients: [Recipient] { recipients.filter { $0.status == .pending }.map(\.recipient) }

    /// Keeps the share that follows it until this one has ended. Its time counts as this one's: it is as if it had been
    /// held all along.
    fileprivate var unfinishedHold: Hold? {
        guard case .held(let hold) = standing else { return nil }
        return Hold(reason: Requeue.unfinished, heldAt: hold.heldAt + (.zero - heldFor))
    }
}

extension Requeue {
    /// The reason of what a crash left held.
    package static let unfinished = "unfinished-release"
}
