import MailSpool
import MailSyntax
import RelayControl
import RelayDelivery
import RelayEvents
import RelayIntake
import RelayPolicy

/// `queue release --judge`, and the retrial of what a script failed at: asks the policy in force what becomes of a held
/// share, does it, and tells it.
extension QueueWork {
    func judge(_ id: ShareID) async throws(SpoolError) -> ActionDocument {
        let (entry, share, outcome) = try await outcome(id)
        return try await carryOut(outcome, on: id, entry, share)
    }

    /// The same without a person who waits for an answer: what still cannot be judged, or not be done, stays as it is,
    /// and nobody is told again.
    func retry(_ id: ShareID) async throws(SpoolError) {
        let (entry, share, outcome) = try await outcome(id)
        switch outcome {
        case .failure, .stay: return
        case .send, .hold, .refuse, .discard, .requeue: _ = try await carryOut(outcome, on: id, entry, share)
        }
    }

    private func carryOut(
        _ outcome: SecondJudgement.Outcome, on id: ShareID, _ entry: Entry, _ share: Share
    ) async throws(SpoolError) -> ActionDocument {
        switch outcome {
        case .send(let stream):
            try await spool.release(id, into: stream)
            if stream != share.stream {
                events.tell(.rerouted(Operated(entry, id, by: operatorName), into: stream))
            }
            events.tell(.released(Operated(entry, id, by: operatorName, stream: stream)))
            return done(id, "released", stream == share.stream ? nil : "stream \(stream)")
        case .hold(let hold, let stream):
            return try await keep(id, entry, hold, in: stream, why: hold.reason)
        case .failure(let failure):
            tell(failure, entry)
            // Another hold stays what it is: only what a script failed at from the start is tried again by itself.
            guard share.isHeldByError else {
                return ActionDocument(id: "\(id)", error: "stays held: \(failure.rule): \(failure.text)")
            }
            let hold = PlannedHold(reason: PlannedHold.policyError, rule: failure.rule)
            return try await keep(id, entry, hold, in: share.stream, why: "\(hold.reason): \(failure.text)")
        case .refuse(let refusal):
            try await bouncer.bounce(id, by: operatorName, text: refusal.text)
            return done(id, "bounced", refusal.text)
        case .discard(let rule):
            try await spool.discard(id)
            tellDiscarded(share, entry, rule)
            return done(id, "discarded", rule)
        case .requeue(let plan):
            let message = try await spool.message(id.entry)
            let new = try await requeue.requeue(share, of: entry, message: message, by: plan)
            guard let new else {
                return done(id, "discarded", plan.discarded.first?.rule ?? plan.storages.first?.rule)
            }
            events.tell(.released(Operated(entry, id, by: operatorName)))
            return done(id, "released", "as \(new)")
        case .stay(let why): return ActionDocument(id: "\(id)", error: "stays held: \(why)")
        }
    }

    /// Taken meanwhile, so that nobody releases or deletes it under the judge's eyes.
    private func outcome(
        _ id: ShareID
    ) async throws(SpoolError) -> (Entry, Share, SecondJudgement.Outcome) {
        let claim = try await spool.seize(id)
        defer { spool.giveBack(id) }
        guard case .held = claim.share.standing else { throw .unfitting }
        let outcome = try await judgement.judge(
            claim.share, of: claim.entry, message: try await spool.message(id.entry), outgoing: claim.reader)
        return (claim.entry, claim.share, outcome)
    }

    private func keep(
        _ id: ShareID, _ entry: Entry, _ planned: PlannedHold, in stream: String, why: String
    ) async throws(SpoolError) -> ActionDocument {
        let hold = Hold(planned, at: now)
        try await spool.keepHeld(id, hold, in: stream)
        events.tell(.held(Held(entry, id, stream: stream, hold, by: operatorName)))
        return done(id, "held", "\(why) (\(planned.rule))")
    }

    private func done(_ id: ShareID, _ result: String, _ reason: String?) -> ActionDocument {
        ActionDocument(id: "\(id)", result: result, reason: reason)
    }

    private func tell(_ failure: PolicyFailure, _ entry: Entry) {
        events.tell(
            .policyError(
                PolicyError(
                    origin: entry.origin, sender: entry.envelope.sender, recipients: failure.recipients,
                    reason: failure.text, rule: failure.rule, action: "held", id: entry.id.description)))
    }

    private func tellDiscarded(_ share: Share, _ entry: Entry, _ rule: String) {
        for recipient in share.recipients where recipient.status == .pending {
            events.tell(
                .discarded(
                    Discarded(
                        id: entry.id.description, sender: entry.envelope.sender,
                        recipient: recipient.recipient.address, rule: rule, messageID: entry.messageID,
                        operatorName: operatorName)))
        }
    }
}
