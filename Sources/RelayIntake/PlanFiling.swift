import MailSpool
import MailSyntax
import RelayEvents
import RelayPolicy
import SMTPProtocol

/// Stores a judged message as its plan wants it: copies for folders, reports of refusals, the entry; and tells of it.
struct PlanFiling {
    let envelope: Envelope
    let origin: Origin
    let head: MessageHead
    let services: IntakeServices
    /// The ID under which people know the message.
    let id: QueueID
    /// Of a report: the entry it tells of.
    var parent: QueueID?
    /// Who had it judged again; nil: it has just come.
    var operatorName: String?

    private func effects(of plan: Plan) -> PolicyEffects {
        PolicyEffects(plan: plan, envelope: envelope, origin: origin, head: head, services: services)
    }

    /// Once it returns all is on the disk; if it fails, nothing is, or nobody was told that it is. Without shares there
    /// is no entry. `reported` are refusals that a report tells the sender of.
    func file(
        _ draft: consuming Draft, _ plan: Plan, as shares: [NewShare], reported: [Refusal]
    ) async throws(SpoolError) -> [PolicyEffects.StoredCopy] {
        // Before the message: what a script has stored instead of sending must not be lost. First of all, since a folder
        // that fails fails each time that the client comes again.
        let effects = effects(of: plan)
        let copies = try await effects.store(draft.id, draft.reader())
        do throws(SpoolError) { try await commit(draft, shares, reported) } catch {
            await effects.takeBack(copies)
            throw error
        }
        return copies
    }

    private func commit(
        _ draft: consuming Draft, _ shares: [NewShare], _ reported: [Refusal]
    ) async throws(SpoolError) {
        // Before the message: a report that cannot be stored must not leave a refused recipient untold. If then the
        // message cannot be stored, the client sends it again, and at worst the sender hears of the refusal twice.
        // Nobody is told of a report.
        if parent == nil {
            try await RefusalReport(envelope: envelope, origin: origin, head: head, services: services)
                .store(reported, parent: id)
        }
        guard !shares.isEmpty else { return }
        let entry = NewEntry(
            envelope: envelope, origin: origin, messageID: head.messageID, parent: parent, shares: shares)
        try await services.spool.commit(draft, entry)
    }

    /// What is not stored after all takes its copies with it.
    func takeBack(_ copies: [PolicyEffects.StoredCopy], of plan: Plan) async {
        await effects(of: plan).takeBack(copies)
    }

    /// Tells what is held, which is in the entry of an ID, and what is not stored.
    func tellFates(of plan: Plan, in entry: QueueID) {
        for (index, share) in plan.shares.enumerated() {
            guard let hold = share.hold else { continue }
            services.events.tell(
                .held(
                    Held(
                        id: entry.description, share: index + 1, stream: share.stream,
                        sender: envelope.sender, recipients: share.recipients.map(\.recipient.address),
                        reason: hold.reason, rule: hold.rule, messageID: head.messageID,
                        operatorName: operatorName)))
        }
        for dropped in plan.discarded {
            services.events.tell(
                .discarded(
                    Discarded(
                        id: id.description, sender: envelope.sender, recipient: dropped.recipient.address,
                        rule: dropped.rule, messageID: head.messageID, operatorName: operatorName)))
        }
        for refusal in plan.refused { tell(refusal) }
    }

    /// What is to follow: nothing of it can change that the message is stored.
    func conclude(_ plan: Plan, _ copies: [PolicyEffects.StoredCopy]) async {
        await effects(of: plan).conclude(id, copies)
    }

    private func tell(_ refusal: Refusal) {
        var refused = Refused(Reply(refusal), origin: origin, envelope: envelope)
        refused.recipients = refusal.recipients.map(\.description)
        refused.rule = refusal.rule
        refused.byteCount = head.byteCount
        refused.messageID = head.messageID
        services.events.tell(.refused(refused))
    }
}
