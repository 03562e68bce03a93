import MailSpool
import MailSyntax
import RelayEvents
import RelaySettings

/// Tells the sender of a message that it failed or is late: a report, stored like any other mail.
///
/// Nobody is told of a report that cannot be delivered but postmaster, and nobody of that one.
struct ReportWriter {
    private let job: Job
    private let services: DeliveryServices
    private let now: Timestamp

    init(_ job: Job, _ services: DeliveryServices, now: Timestamp) {
        self.job = job
        self.services = services
        self.now = now
    }

    /// Stores the report, if somebody is to be told of these recipients.
    func write(_ kind: DeliveryReport.Kind, _ fates: [DeliveryReport.Fate]) async throws(SpoolError) {
        let told = fates.filter { isWanted(kind, $0.recipient) }
        guard !told.isEmpty, let addressee = addressee(kind) else { return }
        var draft = services.spool.makeDraft()
        let id = draft.id
        let report = report(kind, told, to: addressee, token: id.description)
        let bytes = report.compose()
        for start in stride(from: 0, to: bytes.count, by: Limits.windowByteCount) {
            try await draft.append(bytes[start..<min(start + Limits.windowByteCount, bytes.count)])
        }
        let stream = services.reports.stream ?? job.share.stream
        let messageID = "<\(id)@\(services.hostname)>"
        _ = try await services.spool.commit(draft, entry(report, stream, messageID))
        services.events.tell(
            .created(
                Created(
                    id: id.description, parent: job.entry.id.description, what: kind.words, stream: stream,
                    sender: services.reports.sender, recipients: [addressee], byteCount: bytes.count,
                    messageID: messageID)))
    }

    /// NOTIFY of the recipient (RFC 3461 section 4.1); without it failure and delay are told.
    private func isWanted(_ kind: DeliveryReport.Kind, _ recipient: Recipient) -> Bool {
        guard let notify = recipient.notify else { return true }
        return notify.contains(kind == .failure ? .failure : .delay)
    }

    private func addressee(_ kind: DeliveryReport.Kind) -> Address? {
        let isReport = job.entry.parent != nil
        if let sender = job.entry.envelope.sender, !isReport { return sender }
        let goesToPostmaster = job.share.recipients.allSatisfy { $0.recipient.address == services.postmaster }
        return kind == .failure && !goesToPostmaster ? services.postmaster : nil
    }

    private func report(
        _ kind: DeliveryReport.Kind, _ fates: [DeliveryReport.Fate], to addressee: Address, token: String
    ) -> DeliveryReport {
        let envelope = job.envelope
        return DeliveryReport(
            kind: kind, hostname: services.hostname, from: services.postmaster, to: addressee, fates: fates,
            envelopeID: envelope.envelopeID, returnContent: envelope.returnContent,
            arrivedAt: job.entry.origin.receivedAt, writtenAt: now, message: job.message.front,
            messageByteCount: job.message.byteCount, token: token)
    }

    private func entry(_ report: DeliveryReport, _ stream: String, _ messageID: String) -> NewEntry {
        let recipient = Recipient(report.to)
        let origin = Origin(
            client: ReceivedField.localClient, heloName: services.hostname, listener: "",
            protocolName: "ESMTP", receivedAt: now)
        return NewEntry(
            envelope: Envelope(
                sender: services.reports.sender, recipients: [recipient]),
            origin: origin, messageID: messageID, parent: job.entry.id,
            shares: [NewShare(recipients: [recipient], stream: stream)])
    }
}

extension DeliveryReport.Kind {
    /// As the event tells it.
    fileprivate var words: String {
        switch self {
        case .failure: "failure report"
        case .delay: "delay report"
        }
    }
}
