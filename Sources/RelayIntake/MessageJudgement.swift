package import MailSpool
package import MailSyntax
import RelayEvents
package import RelayPolicy
import RelaySettings
import SMTPProtocol

/// From a message that is complete to the answer for it: judged by policy, stored and synced, told.
struct MessageJudgement {
    let envelope: Envelope
    let origin: Origin
    let services: IntakeServices
    /// Recipients that were refused when nobody was there to hear it: a report tells of them.
    var untold: [Refusal] = []
    /// Where all of it leaves, whatever policy and routes say; they judge all else.
    var stream: String?

    /// The answer to the final dot. 250 only when the message is on disk.
    func accept(_ draft: consuming Draft) async -> Reply {
        do throws(SpoolError) {
            let head = MessageHead(try await draft.head(Limits.headByteCount), byteCount: draft.byteCount)
            if let refusal = head.refusal {
                tell(refusal, head)
                return refusal
            }
            switch try await verdict(on: draft.reader(), head, draft.id) {
            case .accept(var plan):
                if let stream { for share in plan.shares.indices { plan.shares[share].stream = stream } }
                return try await store(draft, plan, head)
            case .refuse(let refusal):
                let reply = Reply(refusal)
                await tell(refusal.failures, head, id: nil)
                tell(reply, head, recipients: refusal.recipients, rule: refusal.rule)
                return reply
            case .deferAll(let deferral):
                let reply = Reply(deferral)
                await tell(deferral.failures, head, id: nil)
                tell(reply, head, rule: deferral.rule)
                return reply
            }
        } catch {
            let reply = Reply.of(error)
            services.events.tell(
                .refused(Refused(reply, origin: origin, envelope: envelope, reason: "\(error)")))
            return reply
        }
    }

    private func verdict(
        on reader: DraftReader, _ head: MessageHead, _ id: QueueID
    ) async throws(SpoolError) -> Verdict {
        let source = MessageSource { range throws(SpoolError) in try reader.bytes(range) }
        var message = JudgedMessage(
            envelope: envelope, origin: origin, head: head.bytes, byteCount: head.byteCount,
            read: source.read)
        message.id = id.description
        let verdict = await services.desk.judge(message, by: services.policy)
        try source.check()
        return verdict
    }

    private func store(
        _ draft: consuming Draft, _ plan: Plan, _ head: MessageHead
    ) async throws(SpoolError) -> Reply {
        if let refusal = refusal(of: plan, head) {
            tell(refusal, head)
            return refusal
        }
        let load = StreamLoad(plan, byteCount: head.byteCount)
        if let stream = services.gate.enter(load, under: services.settings.streams) {
            tell(.streamFull, head, reason: StreamGate.reason(stream))
            return .streamFull
        }
        defer { services.gate.leave(load) }
        let filing = PlanFiling(
            envelope: envelope, origin: origin, head: head, services: services, id: draft.id)
        let shares = plan.shares.map { NewShare($0, head: head, at: origin.receivedAt) }
        let copies = try await filing.file(draft, plan, as: shares, reported: untold + plan.refused)
        tellAccepted(filing.id, plan, head)
        filing.tellFates(of: plan, in: filing.id)
        await tell(plan.failures, head, id: filing.id)
        await filing.conclude(plan, copies)
        return .queued(filing.id)
    }

    /// What stands against a plan although the policy agrees.
    private func refusal(of plan: Plan, _ head: MessageHead) -> Reply? {
        if plan.isTooLarge(head.byteCount, for: services.settings.streams) { return .messageTooLarge }
        let holdCount = plan.shares.count { $0.hold != nil }
        guard holdCount > 0 else { return nil }
        let heldCount = services.spool.counts().values.reduce(0) { $0 + $1.held }
        let hold = services.settings.policy.hold
        guard heldCount + holdCount > hold.countLimit else { return nil }
        return switch hold.onFull {
        case .tempfail: .holdFull
        case .reject: .holdRefused
        }
    }

    // MARK: Telling

    private func tellAccepted(_ id: QueueID, _ plan: Plan, _ head: MessageHead) {
        services.events.tell(
            .accepted(
                Accepted(
                    id: id.description, origin: origin, sender: envelope.sender,
                    recipients: envelope.recipients.map(\.address),
                    streams: Set(plan.shares.map(\.stream)).sorted(), byteCount: head.byteCount,
                    messageID: head.messageID, from: head.from)))
    }

    private func tell(
        _ reply: Reply, _ head: MessageHead, recipients: [Address]? = nil, rule: String? = nil,
        reason: String? = nil
    ) {
        var refused = Refused(reply, origin: origin, envelope: envelope, reason: reason)
        if let recipients { refused.recipients = recipients.map(\.description) }
        refused.rule = rule
        refused.byteCount = head.byteCount
        refused.messageID = head.messageID
        services.events.tell(.refused(refused))
    }

    /// By events each, and by a mail now and then.
    private func tell(_ failures: [PolicyFailure], _ head: MessageHead, id: QueueID?) async {
        for failure in failures {
            services.events.tell(
                .policyError(
                    PolicyError(
                        origin: origin, sender: envelope.sender, recipients: failure.recipients,
                        reason: failure.text, rule: failure.rule, action: actionOnError,
                        id: id?.description)))
        }
        let notice = services.failureNotices.notice(
            of: failures, became: actionOnError, under: services.settings, at: services.now())
        guard let notice else { return }
        await PolicyEffects(plan: Plan(), envelope: envelope, origin: origin, head: head, services: services)
            .send(notice, about: id)
    }

    private var actionOnError: String {
        switch services.settings.policy.onError {
        case .hold: "held"
        case .tempfail: "deferred"
        case .reject: "refused"
        }
    }
}

extension Plan {
    /// One of its streams takes no message of this size.
    func isTooLarge(_ byteCount: Int, for streams: [String: StreamSettings]) -> Bool {
        shares.contains { share in
            streams[share.stream]?.maxMessageByteCount.map { byteCount > $0 } ?? false
        }
    }
}

extension Refused {
    /// The refusal of a whole message.
    init(_ reply: Reply, origin: Origin, envelope: Envelope, reason: String? = nil) {
        self.init(
            origin: origin, sender: envelope.sender?.description ?? "",
            recipients: envelope.recipients.map(\.address.description), reply: reply.text,
            status: reply.status,
            reason: reason)
    }
}

extension Hold {
    /// What the policy wants, from a moment on.
    package init(_ planned: PlannedHold, at time: Timestamp) {
        let end = planned.seconds.map {
            Timestamp(millisecondsSince1970: time.millisecondsSince1970 + Int64($0) * 1000)
        }
        self.init(
            reason: planned.reason, tag: planned.tag, rule: planned.rule, heldAt: time, endsAt: end)
    }
}

extension NewShare {
    /// A planned share as the spool keeps it.
    init(_ planned: PlannedShare, head: MessageHead, at time: Timestamp) {
        self.init(
            recipients: planned.recipients.map {
                ShareRecipient($0.recipient, redirectedFrom: $0.redirectedFrom)
            },
            stream: planned.stream,
            hold: planned.hold.map { Hold($0, at: time) },
            pieces: planned.edits.pieces(
                headerByteCount: head.header.byteCount, byteCount: head.byteCount),
            rule: planned.rule)
        returnContent = planned.returnContent
    }
}
