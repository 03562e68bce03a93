/// The trace field that a relay puts on top of a message (RFC 5321 section 4.4).
///
///     Received: from pc7 ([10.1.2.3])
///         by relay.office.example with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384)
///         id 0A1B2C3D4E5F6 for <ann@office.example>; Sat, 21 Nov 2026 09:00:00 +0000
public enum ReceivedField {
    /// The client of mail that we made ourselves.
    public static let localClient = "local"
    /// The WITH keyword of mail that a user of this machine left without a connection.
    public static let localProtocol = "local"

    /// The field with its CRLF. `recipient` is named only where the message has no other;
    /// an anonymous field tells of us and the time, but of neither client nor recipient.
    public static func compose(
        origin: Origin, hostname: String, id: String, recipient: Address? = nil, isAnonymous: Bool = false
    ) -> [UInt8] {
        var lines: [String] = []
        let isLocal = origin.client == localClient || origin.protocolName == localProtocol
        if !isAnonymous, !isLocal { lines.append(from(origin)) }
        var by = "by \(shown(hostname)) with \(shown(origin.protocolName))"
        if !isAnonymous, let tls = origin.tls { by += " (\(comment(tls)))" }
        if !isAnonymous, isLocal, let user = origin.user { by += " (\(comment(user)))" }
        lines.append(by)
        let receiver = isAnonymous ? nil : recipient
        let date = MessageDate.rfc5322(origin.receivedAt)
        lines.append("id \(shown(id))" + (receiver.map { " for <\($0)>" } ?? "") + "; \(date)")
        return Array(("Received: " + lines.joined(separator: "\r\n\t") + "\r\n").utf8)
    }

    private static func from(_ origin: Origin) -> String {
        let address = origin.client.utf8.contains(ASCII.colon) ? "IPv6:\(origin.client)" : origin.client
        let name = origin.heloName.isEmpty ? "unknown" : shown(origin.heloName)
        return "from \(name) ([\(shown(address))])"
    }

    /// What clients say of themselves is shown, but cannot bend the field: `?` for all but name bytes.
    private static func shown(_ text: String) -> String {
        String(
            decoding: text.utf8.map { byte in
                switch byte {
                case ASCII.dot, ASCII.hyphen, ASCII.underscore, ASCII.colon, ASCII.openBracket,
                    ASCII.closeBracket:
                    byte
                default: ASCII.isLetterOrDigit(byte) ? byte : UInt8(ascii: "?")
                }
            }, as: UTF8.self)
    }

    private static func comment(_ text: String) -> String {
        text.split(separator: " ").map { shown(String($0)) }.joined(separator: " ")
    }
}
