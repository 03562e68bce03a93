import MailSyntax

/// A message as a local program hands it in: whom it names, and what it lacks to be sent (RFC 6409 section 8).
struct SubmittedMessage {
    /// What is added where the message does not have it.
    struct Additions {
        var author: Address
        /// The author's full name; empty if there is none.
        var authorName: String
        var date: String
        /// In its angle brackets.
        var messageID: String
    }

    private let bytes: [UInt8]
    private let header: HeaderBlock
    /// It was sent before, and its Resent fields tell of this time (RFC 5322 section 3.6.6).
    private let isResent: Bool

    /// `bytes` end each line with CRLF.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        header = HeaderBlock(bytes)
        isResent = header.fields.contains { Self.resentFields.contains($0.name.lowercased()) }
    }

    /// Whom To, Cc and Bcc name; of a message that is sent again, whom its Resent fields name.
    var recipients: [Address] {
        ["To", "Cc", "Bcc"].flatMap { header.fields(named: prefix + $0) }
            .flatMap { MailboxList.addresses(in: bytes[$0.valueRange]) }
    }

    /// The message as it goes out: with the fields that it lacked in front, and without Bcc, which nobody may see.
    func completed(with additions: Additions) -> [UInt8] {
        var complete: [UInt8] = []
        complete.reserveCapacity(bytes.count + 512)
        for (name, value) in [
            ("From", Mailbox.text(additions.authorName, additions.author)), ("Date", additions.date),
            ("Message-ID", additions.messageID),
        ] where header.first(named: prefix + name) == nil {
            complete += HeaderComposer.field(prefix + name, value)
        }
        for field in header.fields where !Self.hiddenFields.contains(field.name.lowercased()) {
            complete += bytes[field.range]
        }
        if header.bodyOffset == header.byteCount { complete += Array("\r\n".utf8) }
        return complete + bytes[header.byteCount...]
    }

    private var prefix: String { isResent ? "Resent-" : "" }

    private static let hiddenFields: Set = ["bcc", "resent-bcc"]
    private static let resentFields: Set = [
        "resent-from", "resent-sender", "resent-date", "resent-message-id", "resent-to", "resent-cc",
        "resent-bcc",
    ]
}

/// A mailbox as a header field shows it (RFC 5322 section 3.4).
enum Mailbox {
    /// `Ann Example <ann@office.example>`, or the address alone.
    static func text(_ name: String, _ address: Address) -> String {
        let name = String(
            name.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        )
        .split(separator: " ").joined(separator: " ")
        return name.isEmpty ? address.description : "\(phrase(name)) <\(address)>"
    }

    private static func phrase(_ name: String) -> String {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return encodedWords(name) }
        if name.utf8.allSatisfy(isPlain) { return name }
        let escaped = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }

    /// RFC 2047 section 5 (3), cut between characters.
    private static func encodedWords(_ name: String) -> String {
        let frame = (start: "=?utf-8?q?", end: "?=")
        let room = Limits.encodedWordByteCount - frame.start.utf8.count - frame.end.utf8.count
        var words = [""]
        for scalar in name.unicodeScalars {
            let letters = String(scalar).utf8.map(encoded).joined()
            if words[words.count - 1].utf8.count + letters.utf8.count > room { words.append("") }
            words[words.count - 1] += letters
        }
        return words.map { frame.start + $0 + frame.end }.joined(separator: " ")
    }

    private static func encoded(_ byte: UInt8) -> String {
        if byte == UInt8(ascii: " ") { return "_" }
        if isPlain(byte) { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "=" + (digits.utf8.count == 1 ? "0" : "") + digits
    }

    /// Means itself in a phrase, in an encoded word and between words.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "+"):
            true
        default: false
        }
    }
}
