package import MailSpool
import MailSyntax
import RelayEvents

/// Ends mail that an operator gives up: its sender gets a report, its recipients have failed.
package struct Bouncer: Sendable {
    private let services: DeliveryServices

    package init(_ services: DeliveryServices) { self.services = services }

    /// Ends a share, waiting or held. `text` is what the sender is told; who did it, only the events tell.
    ///
    /// The report is in the spool before what it tells of, as with every failure. If it cannot be stored, or the share
    /// is being sent, nothing has happened.
    package func bounce(
        _ id: ShareID, by operatorName: String, text: String?
    ) async throws(SpoolError) {
        let claim = try await services.spool.seize(id)
        let job = Job(
            entry: claim.entry, share: claim.share,
            message: ShareMessage(front: claim.front, reader: claim.reader), isRecovered: false)
        let now = services.clock.wallTime()
        do throws(SpoolError) { try await report(job, text, now) } catch {
            services.spool.giveBack(id)
            throw error
        }
        try await services.spool.record(change(job, text), of: id)
        for recipient in job.pending { tell(job, recipient, operatorName, text, now) }
    }

    /// Mail from `<>` has nobody who wants to hear of it, and a report is not reported on.
    private func report(_ job: Job, _ text: String?, _ now: Timestamp) async throws(SpoolError) {
        guard job.entry.envelope.sender != nil, job.entry.parent == nil else { return }
        let fates = job.pending.map { recipient in
            DeliveryReport.Fate(
                recipient: job.share.recipients[recipient].recipient, status: Self.status, remoteHost: nil,
                reply: nil, reason: text ?? Self.reason, lastAttemptAt: now, willRetryUntil: nil)
        }
        try await ReportWriter(job, services, now: now).write(.failure, fates)
    }

    private func change(_ job: Job, _ text: String?) -> ShareChange {
        var change = ShareChange()
        for recipient in job.pending { change.statuses[recipient] = .failed }
        change.attemptCount = job.share.attemptCount
        change.lastReply = text ?? Self.reason
        change.isWarned = job.share.isWarned
        return change
    }

    private func tell(
        _ job: Job, _ recipient: Int, _ operatorName: String, _ text: String?, _ now: Timestamp
    ) {
        services.events.tell(
            .failed(
                Delivery(
                    id: job.entry.id.description, share: job.share.number, stream: job.share.stream,
                    sender: job.entry.envelope.sender,
                    recipient: job.share.recipients[recipient].recipient.address,
                    attemptCount: job.share.attemptCount, messageID: job.entry.messageID,
                    parent: job.entry.parent?.description, status: Self.status,
                    reason: "bounced by \(operatorName)" + (text.map { ": \($0)" } ?? ""),
                    byteCount: job.message.byteCount, delay: now - job.entry.origin.receivedAt,
                    operatorName: operatorName)))
    }

    /// Delivery not authorized, message refused (RFC 3463).
    private static let status = EnhancedStatus(5, 7, 1)
    private static let reason = "returned by the administrator of the relay"
}
