import MailSpool
import MailSyntax
import RelayEvents
import RelayPolicy
import RelaySettings

/// With `reject_scope: recipient` the client hears 250 although some recipients were refused: a report tells the
/// sender of those.
struct RefusalReport {
    let envelope: Envelope
    let origin: Origin
    let head: MessageHead
    let services: IntakeServices

    /// Stores the report; nothing where nobody was refused, or nobody is to be told.
    func store(_ refusals: [Refusal], parent: QueueID) async throws(SpoolError) {
        let refusals = wanted(refusals)
        guard !refusals.isEmpty, let sender = envelope.sender, let stream = services.settings.reports.stream
        else {
            return
        }
        var draft = services.spool.makeDraft()
        let id = draft.id
        let now = services.now()
        let report = report(refusals, to: sender, token: id.description, at: now)
        let bytes = report.compose()
        try await draft.append(bytes)
        let recipient = Recipient(sender)
        let messageID = "<\(id)@\(services.settings.hostname)>"
        try await services.spool.commit(
            draft,
            NewEntry(
                envelope: Envelope(
                    sender: services.settings.reports.sender, recipients: [recipient]),
                origin: Origin(
                    client: ReceivedField.localClient, heloName: services.settings.hostname, listener: "",
                    protocolName: "ESMTP", receivedAt: now),
                messageID: messageID, parent: parent,
                shares: [NewShare(recipients: [ShareRecipient(recipient)], stream: stream)]))
        services.events.tell(
            .created(
                Created(
                    id: id.description, parent: parent.description, what: "failure report", stream: stream,
                    sender: services.settings.reports.sender, recipients: [sender], byteCount: bytes.count,
                    messageID: messageID)))
    }

    /// Those of whom the sender wants to hear (NOTIFY, RFC 3461 section 4.1).
    private func wanted(_ refusals: [Refusal]) -> [Refusal] {
        refusals.compactMap { refusal in
            var refusal = refusal
            refusal.recipients.removeAll { recipient($0).notify.map { !$0.contains(.failure) } ?? false }
            return refusal.recipients.isEmpty ? nil : refusal
        }
    }

    private func recipient(_ address: Address) -> Recipient {
        envelope.recipients.first { $0.address == address } ?? Recipient(address)
    }

    private func report(
        _ refusals: [Refusal], to sender: Address, token: String, at now: Timestamp
    ) -> DeliveryReport {
        let fates = refusals.flatMap { refusal in
            refusal.recipients.map { address in
                DeliveryReport.Fate(
                    recipient: recipient(address),
                    status: refusal.status,
                    reply: "\(refusal.code) \(refusal.status) \(refusal.text)")
            }
        }
        return DeliveryReport(
            kind: .failure, hostname: services.settings.hostname, from: services.settings.postmaster,
            to: sender,
            fates: fates, envelopeID: envelope.envelopeID, returnContent: envelope.returnContent,
            arrivedAt: origin.receivedAt, writtenAt: now, message: head.bytes,
            messageByteCount: head.byteCount, token: token)
    }
}
