import MailSyntax
import SMTPProtocol

/// The header of a message that was received, and what intake reads in it.
struct MessageHead {
    /// At least the header; of a small message all of it.
    let bytes: [UInt8]
    /// The whole message's size.
    let byteCount: Int
    let header: HeaderBlock

    init(_ bytes: [UInt8], byteCount: Int) {
        self.bytes = bytes
        self.byteCount = byteCount
        header = HeaderBlock(bytes)
    }

    /// Why the message cannot be taken whatever the policy says: what it cannot see must not pass, and a message
    /// that comes round again and again must stop.
    var refusal: Reply? {
        if header.bodyOffset >= bytes.count, bytes.count < byteCount { return .headerTooLarge }
        let hopCount = header.fields(named: "Received").count
        return hopCount > Limits.receivedFieldCount ? .mailLoop : nil
    }

    /// The Message-ID field, for journal and trace.
    var messageID: String? { value(of: "Message-ID") }

    /// The From field's first address.
    var from: String? {
        guard let field = header.first(named: "From") else { return nil }
        return MailboxList.addresses(in: bytes[field.valueRange]).first?.description
    }

    private func value(of name: String) -> String? {
        header.first(named: name).map { HeaderBlock.unfold(bytes[$0.valueRange]) }
    }
}
