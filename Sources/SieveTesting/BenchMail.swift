import MailSyntax
import SieveEngine

/// Messages that the pretended relay sends, with the fields that test files look at.
enum BenchMail {
    private static let loopField = "X-Sieve-Redirected-From"

    /// The message to another address; nil: it came by here before.
    static func redirected(
        _ action: SieveAction, _ redirection: SieveRedirection, _ run: SieveRun, _ settings: BenchSettings
    ) -> Bench.Sent? {
        let own = settings.userAddress.flatMap(BenchMessage.address) ?? run.envelope.recipient.address
        let marks = run.message.header.fields(named: loopField).map {
            HeaderBlock.unfold(run.message.head[$0.valueRange])
        }
        guard !marks.contains(own.description), !marks.contains(run.envelope.recipient.address.description)
        else { return nil }
        let fields = [("X-Sieve", "postern"), (loopField, own.description)]
        let bytes = BenchMessage.bytes(of: run, action, adding: fields)
        let sender = run.envelope.sender.flatMap { self.sender(settings.redirectSender, $0, run, settings) }
        let recipient = Recipient(
            redirection.address, notify: redirection.notify(for: run.envelope.recipient))
        let returnContent = redirection.returnContent ?? run.envelope.returnContent
        return .init(
            message: bytes,
            envelope: SieveEnvelope(sender: sender, recipient: recipient, returnContent: returnContent))
    }

    /// Who a message is from, as settings say it.
    private static func sender(
        _ word: String, _ usual: Address?, _ run: SieveRun, _ settings: BenchSettings
    ) -> Address? {
        let recipient = run.envelope.recipient
        switch word {
        case "sender": return run.envelope.sender
        case "recipient": return recipient.address
        case "orig_recipient":
            let original = recipient.originalRecipient.map { String($0.drop { $0 != ";" }.dropFirst()) }
            return original.flatMap(BenchMessage.address) ?? recipient.address
        case "user_email": return settings.userAddress.flatMap(BenchMessage.address) ?? recipient.address
        case "postmaster": return Address(localPart: "postmaster", domain: "relay.example.com")
        default: return word.hasPrefix("<") ? BenchMessage.address(word) : usual
        }
    }

    static func rejected(_ lines: [String], _ run: SieveRun, _ settings: BenchSettings) -> [Bench.Sent] {
        guard let sender = run.envelope.sender else { return [] }
        let text = compose(
            [
                ("From", "postmaster@relay.example.com"), ("To", sender.description), ("Subject", "Rejected"),
                ("X-Sieve", "postern"), ("Auto-Submitted", "auto-replied (rejected)"),
            ], lines.joined(separator: "\r\n"))
        return [.init(message: text, envelope: SieveEnvelope(sender: nil, recipient: Recipient(sender)))]
    }

    /// One message to each of a notice's recipients; none about a message that nobody wrote.
    static func notices(
        _ notice: SieveNotice, _ run: SieveRun, _ settings: BenchSettings
    ) -> [Bench.Sent] {
        let marks = run.message.header.fields(named: "Auto-Submitted").map {
            HeaderBlock.unfold(run.message.head[$0.valueRange]).lowercased()
        }
        guard marks.allSatisfy({ $0.hasPrefix("no") }) else { return [] }
        let subject = HeaderBlock.unfold(
            run.message.header.first(named: "Subject").map { run.message.head[$0.valueRange] } ?? [])
        let (priority, importance) =
            switch notice.importance {
            case .high: ("1 (High)", "high")
            case .normal: ("3 (Normal)", "normal")
            case .low: ("5 (Low)", "low")
            }
        let postmaster = Address(localPart: "postmaster", domain: "relay.example.com")
        let from = notice.from?.description ?? "Postmaster <\(postmaster)>"
        let owner = settings.userAddress.flatMap(BenchMessage.address) ?? run.envelope.recipient.address
        let fields =
            [
                ("X-Sieve", "postern"), ("From", from), ("Subject", notice.subject ?? "New mail: \(subject)"),
                ("Auto-Submitted", "auto-notified; owner-email=\"\(owner)\""), ("X-Priority", priority),
                ("Importance", importance),
            ]
            + [("To", notice.recipients), ("Cc", notice.copied)].filter { !$0.1.isEmpty }
            .map { ($0.0, $0.1.map(\.description).joined(separator: ", ")) }
            + notice.fields.map { ($0.name, $0.value) }
        let text = compose(fields, notice.body ?? "A message has come: \(subject)")
        let sender = noticeSender(notice, run, settings) ?? postmaster
        return (notice.recipients + notice.copied + notice.blindRecipients).map {
            .init(
                message: text,
                envelope: SieveEnvelope(
                    sender: run.envelope.sender == nil ? nil : sender, recipient: Recipient($0)))
        }
    }

    private static func noticeSender(
        _ notice: SieveNotice, _ run: SieveRun, _ settings: BenchSettings
    ) -> Address? {
        guard let word = settings.noticeSender else { return notice.from }
        return sender(word, notice.from, run, settings)
    }

    private static func compose(_ fields: [(String, String)], _ text: String) -> [UInt8] {
        fields.flatMap { HeaderComposer.field($0.0, $0.1) } + Array("\r\n\(text)\r\n".utf8)
    }
}
