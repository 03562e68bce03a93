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
        if headerGoesOn { return .headerTooLarge }
        let hopCount = header.fields(named: "Received").count
        return hopCount > Limits.receivedFieldCount ? .mailLoop : nil
    }

    /// Whether there are, or may be, fields behind those that were read: the window ends within the line that would
    /// tell, or the next line is a field over a limit.
    private var headerGoesOn: Bool {
        let rest = bytes[header.byteCount...]
        guard bytes.count == byteCount || rest.contains(UInt8(ascii: "\n")) else { return true }
        let behindName = rest.drop(while: Self.isNameByte)
        guard behindName.startIndex > rest.startIndex else { return false }
        return behindName.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.first
            == UInt8(ascii: ":")
    }

    /// RFC 5322 section 3.6.8.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        (33...126).contains(byte) && byte != UInt8(ascii: ":")
    }

    /// The Message-ID field, for journal and trace; cut where no real one is so long.
    var messageID: String? {
        guard let value = value(of: "Message-ID"), value.utf8.count > Limits.messageIDByteCount else {
            return value(of: "Message-ID")
        }
        return String(decoding: value.utf8.prefix(Limits.messageIDByteCount), as: UTF8.self)
    }

    /// The From field's first address.
    var from: String? {
        guard let field = header.first(named: "From") else { return nil }
        return MailboxList.addresses(in: bytes[field.valueRange]).first?.description
    }

    private func value(of name: String) -> String? {
        header.first(named: name).map { HeaderBlock.unfold(bytes[$0.valueRange]) }
    }
}
