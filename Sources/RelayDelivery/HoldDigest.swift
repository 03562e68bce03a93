import MailSpool
import MailSyntax
import RelayEvents
import RelaySettings

/// Tells who is to decide what waits for them: a mail like any other, with addresses and reasons, and nothing that the
/// held messages themselves say.
struct HoldDigest {
    private let survey: HoldSurvey
    private let settings: HoldSettings
    private let services: DeliveryServices
    private let now: Timestamp

    init(_ survey: HoldSurvey, _ settings: HoldSettings, _ services: DeliveryServices, now: Timestamp) {
        self.survey = survey
        self.settings = settings
        self.services = services
        self.now = now
    }

    /// Stores the mail. What cannot be stored now is told with the next look.
    func send(_ memory: DigestMemory) async {
        guard let recipient, let stream = services.reports.stream else { return }
        var draft = services.spool.makeDraft()
        let id = draft.id
        let messageID = "<\(id)@\(services.hostname)>"
        let bytes = await compose(to: recipient, messageID: messageID)
        do throws(SpoolError) {
            try await draft.append(bytes)
            try await services.spool.commit(draft, entry(to: recipient, stream, messageID))
        } catch { return }
        await memory.save(now)
        services.events.tell(
            .created(
                Created(
                    id: id.description, parent: nil, what: "digest of held mail", stream: stream,
                    sender: services.reports.sender, recipients: [recipient], byteCount: bytes.count,
                    messageID: messageID)))
    }

    private var recipient: Address? {
        switch settings.notice {
        case .postmaster: services.postmaster
        case .address(let address): address
        case .nobody: nil
        }
    }

    private func entry(to recipient: Address, _ stream: String, _ messageID: String) -> NewEntry {
        let recipients = [Recipient(recipient)]
        return NewEntry(
            envelope: Envelope(sender: services.reports.sender, recipients: recipients),
            origin: Origin(
                client: ReceivedField.localClient, heloName: services.hostname, listener: "",
                protocolName: "ESMTP", receivedAt: now),
            messageID: messageID, shares: [NewShare(recipients: recipients, stream: stream)])
    }

    // MARK: Text

    private func compose(to recipient: Address, messageID: String) async -> [UInt8] {
        let fields = [
            ("Date", MessageDate.rfc5322(now)), ("From", "Mail Relay <\(services.postmaster)>"),
            ("To", "<\(recipient)>"),
            ("Subject", "\(survey.count) held: mail waits for a decision at \(services.hostname)"),
            ("Message-ID", messageID), ("Auto-Submitted", "auto-generated"), ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=us-ascii"),
        ]
        var lines = [
            "The mail relay at \(services.hostname) holds mail that waits for a person:",
            "\(survey.count) in all, \(survey.newCount) new since the last digest.", "",
        ]
        for share in survey.listed { lines += await paragraph(share) + [""] }
        let untold = survey.newCount - survey.listed.count
        if untold > 0 { lines += ["... and \(untold) more.", ""] }
        lines += advice
        let text = lines.map { Self.ascii($0) + "\r\n" }.joined()
        return fields.flatMap { HeaderComposer.field($0.0, Self.ascii($0.1)) } + Array("\r\n\(text)".utf8)
    }

    private func paragraph(_ share: ShareSummary) async -> [String] {
        let since = share.heldAt.map { MessageDate.rfc5322($0) } ?? ""
        let first = "\(share.id)  stream \(share.stream), \(share.messageByteCount) bytes, since \(since)"
        // One that went on meanwhile, or cannot be read, is told by its ID alone.
        guard let entry = try? await services.spool.entry(share.id.entry),
            let stored = entry.shares.first(where: { $0.number == share.id.number }),
            case .held(let hold) = stored.standing
        else { return [first] }
        let recipients = stored.recipients.map { "<\($0.recipient.address)>" }
        let shown = recipients.prefix(Limits.digestRecipientCount).joined(separator: ", ")
        let more = recipients.count - Limits.digestRecipientCount
        let sender = entry.envelope.sender?.description ?? ""
        return [
            first, "    from <\(sender)> to \(shown)" + (more > 0 ? " and \(more) more" : ""),
            "    \(hold.reason)" + (hold.rule.map { " (\($0))" } ?? ""),
        ]
    }

    private var advice: [String] {
        let id = survey.listed.first.map { "\($0.id)" } ?? "ID"
        let commands = [
            "Look at a message, then let it go, return it to its sender, or remove it:", "",
            "    postern queue show --content \(id.prefix { $0 != "/" })", "    postern queue release \(id)",
            "    postern queue bounce \(id)", "    postern queue delete \(id)", "",
        ]
        guard settings.expire > .zero else { return commands }
        let end =
            switch settings.onExpire {
            case .bounce: "returned to its sender"
            case .delete: "deleted"
            case .release: "released"
            }
        return commands + ["What a policy script held is \(end) after \(Units.text(settings.expire))."]
    }

    /// Whatever a reason or an address holds, the mail can be sent anywhere.
    private static func ascii(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
    }
}
