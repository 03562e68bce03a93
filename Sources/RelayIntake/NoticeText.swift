import MailSyntax
import RelayPolicy

/// The message that tells persons of another one (RFC 5436 section 2).
struct NoticeText {
    private let notice: PlannedNotice
    private let from: Address
    private let envelope: Envelope
    private let head: MessageHead

    init(_ notice: PlannedNotice, from: Address, about envelope: Envelope, _ head: MessageHead) {
        self.notice = notice
        self.from = from
        self.envelope = envelope
        self.head = head
    }

    func compose(messageID: String, at time: Timestamp) -> [UInt8] {
        let sender = envelope.sender.map { "<\($0)>" } ?? "<>"
        var fields = [
            ("Date", MessageDate.rfc5322(time)), ("From", "<\(notice.from ?? from)>"),
            ("To", Self.list(notice.recipients)),
        ]
        if !notice.copied.isEmpty { fields.append(("Cc", Self.list(notice.copied))) }
        fields += [
            ("Subject", Self.words(notice.subject ?? "A message from \(sender)")), ("Message-ID", messageID),
        ]
        if let original = head.messageID { fields.append(("References", Self.ascii(original))) }
        fields += Self.importance[notice.importance] ?? []
        fields += notice.fields.map { ($0.name, Self.words($0.value)) }
        fields += [
            ("Auto-Submitted", "auto-notified"), ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable"),
        ]
        let names = envelope.recipients.prefix(Limits.noticedRecipientCount).map { "<\($0.address)>" }
        let more = envelope.recipients.count - names.count
        let usual = """
            From: \(sender)
            To: \(names.joined(separator: ", "))\(more > 0 ? " and \(more) more" : "")
            Rule: \(notice.rule)

            """
        let lines = (notice.body ?? usual).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let text = Array(lines.joined(separator: "\r\n").utf8)
        return fields.flatMap { HeaderComposer.field($0.0, $0.1) } + Array("\r\n".utf8)
            + QuotedPrintable.encode(text[...]) + Array("\r\n".utf8)
    }

    /// As common programs show it (RFC 5436 section 2.5).
    private static let importance = [
        1: [("Importance", "high"), ("X-Priority", "1")], 3: [("Importance", "low"), ("X-Priority", "5")],
    ]

    private static func list(_ addresses: [Address]) -> String {
        addresses.map { "<\($0)>" }.joined(separator: ", ")
    }

    private static func ascii(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// Text of a header: encoded words where it is not ASCII (RFC 2047 section 4.2).
    static func words(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 > 0x7E }) else { return text }
        var (words, word) = ([String](), "")
        for character in text {
            let letters = character.utf8.map(Self.letters).joined()
            if word.utf8.count + letters.utf8.count > Limits.encodedWordByteCount {
                words.append(word)
                word = ""
            }
            word += letters
        }
        return (words + [word]).map { "=?UTF-8?Q?\($0)?=" }.joined(separator: " ")
    }

    private static func letters(of byte: UInt8) -> String {
        switch byte {
        case 0x20: "_"
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
        default: "=" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
