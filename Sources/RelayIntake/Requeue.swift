package import MailSpool
import MailSyntax
import RelayEvents
package import RelayPolicy

/// Stores held mail anew, as the policy of today wants it: with other edits, for other recipients, in shares that part.
/// What was received is copied, and the new entry goes its own way under its own ID.
///
/// All of the new entry is held until the old share has ended. So whatever breaks off between, nothing is lost, and
/// nothing goes out twice by itself: a person finds what is left, and of which message it is.
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
            parent: entry.parent, operatorName: operatorName)
        let shares = plan.shares.map { planned in
            var new = NewShare(planned, head: head, at: services.now())
            new.hold = share.unfinishedHold(of: old)
            return new
        }
        let copies = try await filing.file(draft, plan, as: shares, reported: plan.refused)
        do throws(SpoolError) { try await end(share, old) } catch {
            if error.saysThatNothingChanged {
                await takeBack(new, shareCount: shares.count)
                await filing.takeBack(copies, of: plan)
            }
            throw error
        }
        for planned in plan.shares { tell(planned, new, entry, head) }
        filing.tellFates(of: plan, in: new)
        await filing.conclude(plan, copies)
        try await letGo(new, plan)
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

    /// Unless somebody was faster, and it is not the share that was judged any more.
    private func end(_ share: Share, _ id: ShareID) async throws(SpoolError) {
        let shares = try await services.spool.entry(id.entry).shares
        guard shares.contains(share) else { throw .unfitting }
        try await services.spool.discard(id, as: .requeued)
    }

    /// The old share is as it was, or somebody else ended it: the new one must not go as well.
    private func takeBack(_ new: QueueID, shareCount: Int) async {
        for number in 1..<shareCount + 1 {
            // What stays after all is held: a person finds it.
            try? await services.spool.discard(ShareID(entry: new, number: number))
        }
    }

    /// Each share goes, or is held as the plan says. One that the disk does not let go of stays, and the others go.
    private func letGo(_ new: QueueID, _ plan: Plan) async throws(SpoolError) {
        var failure: SpoolError?
        for (index, planned) in plan.shares.enumerated() {
            let id = ShareID(entry: new, number: index + 1)
            do throws(SpoolError) {
                if let hold = planned.hold {
                    try await services.spool.keepHeld(id, Hold(hold, at: services.now()), in: planned.stream)
                } else {
                    try await services.spool.release(id)
                }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func tell(_ planned: PlannedShare, _ new: QueueID, _ entry: Entry, _ head: MessageHead) {
        services.events.tell(
            .created(
                Created(
                    id: new.description, parent: entry.id.description, what: "requeued copy",
                    stream: planned.stream, sender: entry.envelope.sender,
                    recipients: planned.recipients.map(\.recipient.address),
                    byteCount: head.byteCount, messageID: entry.messageID)))
    }
}

extension Share {
    /// To whom it would go now.
    var pendingRecipients: [Recipient] { recipients.filter { $0.status == .pending }.map(\.recipient) }

    /// Keeps what follows it until it has ended. Its time counts as its own: it is as if it had been held all along.
    fileprivate func unfinishedHold(of id: ShareID) -> Hold? {
        guard case .held(let hold) = standing else { return nil }
        return Hold(reason: "\(Requeue.unfinished) of \(id)", heldAt: hold.heldAt + (.zero - heldFor))
    }

    /// What a release that broke off has left.
    var isUnfinished: Bool {
        guard case .held(let hold) = standing else { return false }
        return hold.rule == nil && hold.reason.hasPrefix(Requeue.unfinished)
    }
}

extension Requeue {
    /// How the reason begins of what is held because a release broke off.
    static let unfinished = "unfinished-release"
}

extension SpoolError {
    /// Not even a part of what was wanted was done.
    fileprivate var saysThatNothingChanged: Bool { [.unfitting, .notFound, .underWay].contains(self) }
}
