import MailSyntax

/// The spool of emailrelay: `emailrelay.ID.content` is a message, `emailrelay.ID.envelope` says from whom and for whom.
struct EmailrelaySpool: MailStore {
    let kind = "emailrelay spool"
    let tellsRecipients = true
    let items: [StoredItem]
    let passedOver: [String]
    let donePath: String

    init(_ path: String, _ names: [String]) {
        donePath = path + "/" + Self.doneName
        let envelopes = names.filter { $0.hasPrefix(Self.prefix) && $0.contains(Self.ending) }
        let whole = envelopes.filter { $0.hasSuffix(Self.ending) }
        items = whole.map { StoredItem(name: $0, key: $0, path: path + "/" + $0) }
        passedOver = envelopes.filter { !$0.hasSuffix(Self.ending) }.map { "\($0): \(Self.reason($0))" }
    }

    static func isOne(_ names: [String]) -> Bool {
        names.contains { $0.hasPrefix(prefix) && $0.contains(ending) }
    }

    func message(_ item: StoredItem, limit: Int) throws(ImportFailure) -> StoredMessage {
        let envelope = try StoreFile.read(item.path, limit: Limits.envelopeByteCount)
        let content = item.path.dropLast(Self.ending.count) + ".content"
        var message = StoredMessage(bytes: try StoreFile.read(String(content), limit: limit))
        try Self.read(envelope, into: &message, item.name)
        return message
    }

    /// `X-MailRelay-From: ann@office.example` and the like; the field of the end proves that it is whole.
    private static func read(
        _ bytes: [UInt8], into message: inout StoredMessage, _ name: String
    ) throws(ImportFailure) {
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        var isWhole = false
        for line in lines {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard let field = parts.first.map({ String(decoding: $0, as: UTF8.self).lowercased() }) else {
                continue
            }
            let value = parts.count > 1 ? HeaderBlock.unfold(parts[1]) : ""
            switch field {
            case "x-mailrelay-from": message.sender = value.isEmpty ? .null : .init(bare: value)
            case "x-mailrelay-to-remote", "x-mailrelay-to-local":
                guard case .address(let address) = StoredMessage.Sender(bare: value) else {
                    throw ImportFailure("\(name): \"\(value)\" is no address")
                }
                message.recipients.append(Recipient(address))
            case "x-mailrelay-end": isWhole = true
            default: break
            }
        }
        guard isWhole else { throw ImportFailure("\(name): ends before its end") }
    }

    private static func reason(_ name: String) -> String {
        switch name.split(separator: ".").last {
        case "bad": "refused by its server; the reason is in the file"
        case "busy": "being sent by a running emailrelay"
        default: "not finished"
        }
    }

    private static let prefix = "emailrelay."
    private static let ending = ".envelope"
}
