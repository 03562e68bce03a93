import MailContent
import MailSyntax

/// `mailto:ann@example.org?cc=bob@example.org&subject=Hello` (RFC 6068, RFC 5436 section 2.1).
struct MailtoURI {
    /// What is wrong with one.
    struct Mistake: Error { let text: String }

    /// A notice to those whom it names.
    private(set) var notice = SieveNotice(
        recipients: [], copied: [], blindRecipients: [], fields: [], importance: .normal)

    init(_ text: [UInt8]) throws(Mistake) {
        let scheme = text.prefix { $0 != ASCII.colon }
        guard ASCII.lowercased(scheme) == "mailto" else {
            throw Mistake(
                text:
                    "unknown notification method \"\(String(decoding: scheme, as: UTF8.self))\"; known: mailto"
            )
        }
        let rest = text.dropFirst(scheme.count + 1)
        let path = rest.prefix { $0 != ASCII.question }
        try add(path, to: \.notice.recipients)
        let query = rest.dropFirst(path.count + 1)
        for field in query.split(separator: UInt8(ascii: "&")) { try add(field: field) }
        notice.copied.removeAll(where: notice.recipients.contains)
        let named = notice.recipients + notice.copied
        notice.blindRecipients.removeAll(where: named.contains)
        let count = named.count + notice.blindRecipients.count
        guard count <= Limits.noticeRecipientCount else {
            throw Mistake(text: "a notice has at most \(Limits.noticeRecipientCount) recipients")
        }
        guard count > 0 else { throw Mistake(text: "the URI names nobody") }
    }

    private mutating func add(field: ArraySlice<UInt8>) throws(Mistake) {
        let name = field.prefix { $0 != ASCII.equals }
        guard name.count < field.count else {
            throw Mistake(text: "a header field of a mailto URI has the form name=value")
        }
        let key = ASCII.lowercased(try decoded(name)[...])
        let value = field.dropFirst(name.count + 1)
        guard Array(key.utf8).isFieldName else {
            throw Mistake(text: "no header field has the name \"\(key)\"")
        }
        switch key {
        case "to": try add(value, to: \.notice.recipients)
        case "cc": try add(value, to: \.notice.copied)
        case "bcc": try add(value, to: \.notice.blindRecipients)
        case "subject":
            let subject = HeaderText.unfolded(try decoded(value)[...])
            notice.subject = notice.subject ?? String(decoding: subject, as: UTF8.self)
        case "body":
            let body = try decoded(value)
            notice.body = notice.body ?? String(decoding: body, as: UTF8.self)
        // What says where a message comes from, and when, is not for a script to say (RFC 5436 section 2.1).
        case "from", "auto-submitted", "received", "date", "message-id", "data", "content-type",
            "content-transfer-encoding", "mime-version":
            break
        default:
            let text = String(decoding: HeaderText.unfolded(try decoded(value)[...]), as: UTF8.self)
            notice.fields.append(.init(name: String(decoding: try decoded(name), as: UTF8.self), value: text))
        }
    }

    /// Each address once.
    private mutating func add(
        _ text: ArraySlice<UInt8>, to list: WritableKeyPath<MailtoURI, [Address]>
    ) throws(Mistake) {
        for part in try decoded(text).split(separator: UInt8(ascii: ",")) {
            let bytes = HeaderText.unfolded(part)
            do throws(AddressError) {
                let address = try AddressString.address(bytes[...])
                if !self[keyPath: list].contains(address) { self[keyPath: list].append(address) }
            } catch {
                throw Mistake(text: AddressString.complaint(bytes, error))
            }
        }
    }

    /// The text with `%40` and their like put in plain.
    private func decoded(_ text: ArraySlice<UInt8>) throws(Mistake) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(ASCII.hexValue),
                    let low = rest.popFirst().flatMap(ASCII.hexValue)
                else { throw Mistake(text: "a \"%\" in a URI has two digits behind it") }
                bytes.append(high << 4 | low)
            } else {
                guard byte > ASCII.space, byte < 0x7F, !Self.excluded.contains(byte) else {
                    throw Mistake(text: "a character in the URI has no place there")
                }
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// What a URI has only in the form `%3C` (RFC 3986 section 2).
    private static let excluded = Set("\"<>\\^`{|}[];/".utf8)
}
