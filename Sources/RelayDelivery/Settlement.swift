import MailSpool
import MailSyntax
import RelayEvents
import RelaySettings
import SMTPProtocol

/// Brings an attempt to its end: tells the sender where that is due, records in the spool what became of each
/// recipient, and only then tells the journal.
struct Settlement {
    private let job: Job
    private let ledger: Ledger
    private let plan: StreamPlan
    private let dispatcher: Dispatcher
    private let now: Timestamp
    private var services: DeliveryServices { plan.services }

    init(_ job: Job, _ ledger: Ledger, _ plan: StreamPlan, _ dispatcher: Dispatcher) {
        self.job = job
        self.ledger = ledger
        self.plan = plan
        self.dispatcher = dispatcher
        now = plan.services.clock.wallTime()
    }

    func settle() async -> DispatchState.Conclusion {
        var verdict = verdict
        guard !verdict.isEmpty else {
            await services.spool.unclaim(job.id)
            return .declined
        }
        await report(&verdict)
        let problem = await record(verdict)
        for recipient in job.pending { tell(recipient, verdict, problem) }
        if verdict.isHeld { tellHeld(verdict) }
        // Should the disk not have taken it, the spool still knows to whom it was sent, and tells the disk later.
        return verdict.delay != nil && verdict.waitsForSmartHost ? .stalled : .settled
    }

    private var verdict: Verdict {
        Verdict(
            ledger, attemptsBefore: job.share.attemptCount,
            holdsUncertain: plan.stream.onUncertain == .hold
        ) { attemptCount in
            plan.retry.decide(
                attemptCount: attemptCount, age: age, isWarned: job.share.isWarned, chance: services.chance())
        }
    }

    /// The time that counts: not what the stream could not send in, nor what the mail was held for.
    private var age: Duration {
        let counted = dispatcher.counted(from: job.entry.origin.receivedAt, to: now)
        return max(counted - job.share.heldFor, .zero)
    }

    /// A report is in the spool before what it tells of: a crash between the two makes a second report, never
    /// none. Without room for it what failed is tried again later.
    private func report(_ verdict: inout Verdict) async {
        let writer = ReportWriter(job, services, now: now)
        let failed = verdict.recipients(.failed) + verdict.recipients(.expired)
        do throws(SpoolError) {
            try await writer.write(.failure, failed.map { fate($0, verdict) })
        } catch { verdict.postponeFailures(by: Limits.spoolTrouble) }
        guard verdict.tellsDelay else { return }
        do throws(SpoolError) {
            try await writer.write(.delay, verdict.recipients(.deferred).map { fate($0, verdict) })
        } catch { verdict.postponeDelayReport() }
    }

    /// A recipient's fate as a report tells it.
    private func fate(_ recipient: Int, _ verdict: Verdict) -> DeliveryReport.Fate {
        let finding = ledger.findings[recipient]
        let isExpired = verdict.fates[recipient] == .expired
        return DeliveryReport.Fate(
            recipient: job.share.recipients[recipient].recipient,
            status: isExpired ? Self.expiredStatus : finding?.result.status ?? Self.expiredStatus,
            remoteHost: finding?.smartHost, reply: finding?.result.reply?.text,
            reason: isExpired ? Self.expiredReason : finding?.result.reason, lastAttemptAt: now,
            willRetryUntil: verdict.delay == nil ? nil : now + (dispatcher.plan.retry.expire - age))
    }

    /// What went wrong; nil: it is recorded.
    private func record(_ verdict: Verdict) async -> SpoolError? {
        var change = ShareChange()
        for (recipient, fate) in verdict.fates.enumerated() {
            guard let fate, fate.isFinal else { continue }
            change.statuses[recipient] = fate.recorded
        }
        change.attemptCount = verdict.attemptCount
        change.nextAttemptAt = verdict.delay.map { now + $0 }
        change.lastReply = ledger.lastWords
        change.isWarned = job.share.isWarned || verdict.tellsDelay
        change.isStalled = verdict.waitsForSmartHost
        if verdict.isHeld { change.hold = Hold(reason: Hold.outcomeUnknown, heldAt: now) }
        do throws(SpoolError) {
            try await services.spool.record(change, of: job.id)
            return nil
        } catch { return error }
    }

    private func tell(_ recipient: Int, _ verdict: Verdict, _ problem: SpoolError?) {
        guard let fate = verdict.fates[recipient], let finding = ledger.findings[recipient] else { return }
        var event = Delivery(
            id: job.entry.id.description, share: job.share.number, stream: job.share.stream,
            sender: job.entry.envelope.sender, recipient: job.share.recipients[recipient].recipient.address,
            attemptCount: job.share.attemptCount + 1, newSender: newSender(finding),
            messageID: job.entry.messageID, parent: job.entry.parent?.description,
            smartHost: finding.smartHost,
            tls: finding.tls, credential: finding.credential, reply: finding.result.reply?.text,
            status: finding.result.status, remoteID: finding.remoteID, byteCount: job.message.byteCount,
            delay: now - job.entry.origin.receivedAt)
        var reasons = [job.isRecovered ? "recovered" : nil, finding.result.reason]
        if fate == .expired {
            event.status = Self.expiredStatus
            reasons.append(Self.expiredReason)
        }
        reasons.append(problem.map { "not recorded: \($0)" })
        event.reason =
            reasons.contains { $0 != nil } ? reasons.compactMap(\.self).joined(separator: "; ") : nil
        if !fate.isFinal { event.nextAttemptAt = verdict.delay.map { now + $0 } }
        switch fate {
        case .delivered: services.events.tell(.delivered(event))
        case .failed: services.events.tell(.failed(event))
        case .expired: services.events.tell(.expired(event))
        case .deferred: services.events.tell(.deferred(event))
        case .uncertain: services.events.tell(.uncertain(event))
        case .untouched: break
        }
    }

    private func tellHeld(_ verdict: Verdict) {
        let left = job.pending.filter { verdict.fates[$0]?.isFinal != true }
        services.events.tell(
            .held(
                Held(
                    id: job.entry.id.description, share: job.share.number, stream: job.share.stream,
                    sender: job.entry.envelope.sender,
                    recipients: left.map { job.share.recipients[$0].recipient.address },
                    reason: Hold.outcomeUnknown, messageID: job.entry.messageID)))
    }

    private func newSender(_ finding: Finding) -> Address? {
        finding.smartHost == nil || finding.sender == job.entry.envelope.sender ? nil : finding.sender
    }

    /// Delivery time expired (RFC 3463).
    private static let expiredStatus = EnhancedStatus(4, 4, 7)
    private static let expiredReason = "the time for delivery is over"
}

extension Hold {
    /// Why mail is held of which nobody knows whether the smart host took it.
    package static let outcomeUnknown = "outcome-unknown"
}

extension Verdict.Fate {
    fileprivate var recorded: RecipientStatus {
        switch self {
        case .delivered: .delivered
        case .failed: .failed
        case .expired: .expired
        case .deferred, .uncertain, .untouched: .pending
        }
    }
}
