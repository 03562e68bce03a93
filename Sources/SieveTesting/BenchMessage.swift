import MailSyntax
import SieveEngine

/// Messages of test files: whole in memory, with the envelope that their headers suggest.
enum BenchMessage {
    static let standard = message(
        Array("From: sender@example.com\nTo: recipient@example.org\nSubject: Frop!\n\nFriep!\n".utf8))

    /// A message of a text; its lines end as mail's do.
    static func message(_ text: [UInt8]) -> SieveMessage {
        var bytes: [UInt8] = []
        for byte in text {
            if byte == 0x0A, bytes.last != 0x0D { bytes.append(0x0D) }
            bytes.append(byte)
        }
        return whole(bytes)
    }

    /// The same of bytes as on the wire.
    static func whole(_ bytes: [UInt8]) -> SieveMessage {
        let content = SieveContent(byteCount: bytes.count) { Array(bytes[$0]) }
        return SieveMessage(head: bytes, byteCount: bytes.count, content: content)
    }

    /// Sender and recipient as the header names them.
    static func envelope(of message: SieveMessage) -> SieveEnvelope {
        let sender = address(in: ["return-path", "sender", "from"], of: message)
        let recipient = address(in: ["envelope-to", "to"], of: message)
        return SieveEnvelope(
            sender: sender ?? Address("sender@example.com"),
            recipient: Recipient(recipient ?? Address(localPart: "recipient", domain: "example.com")))
    }

    private static func address(in names: [String], of message: SieveMessage) -> Address? {
        for name in names {
            guard let field = message.header.first(named: name) else { continue }
            if let address = MailboxList.addresses(in: message.head[field.valueRange]).first {
                return address
            }
        }
        return nil
    }

    /// An address as test files write it: with or without angle brackets; nil is the null sender.
    static func address(_ text: String) -> Address? {
        let inner = text.hasPrefix("<") && text.hasSuffix(">") ? text.dropFirst().dropLast() : text[...]
        let parts = inner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        // A source route in front means nothing, but it has to be one.
        guard inner.hasPrefix("@"), parts.count == 2 else { return strict(inner) }
        let isRoute = parts[0].split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
            $0.hasPrefix("@") && Address("x" + $0) != nil
        }
        return isRoute ? strict(parts[1]) : nil
    }

    private static func strict(_ text: Substring) -> Address? {
        // What is no address is none of any kind here.
        try? Address(parsing: Array(text.utf8)[...], allowsUTF8: true)
    }

    /// The bytes of a message as an action sends it on, and further fields in front.
    static func bytes(
        of run: SieveRun, _ action: SieveAction, adding fields: [(String, String)] = []
    ) -> [UInt8] {
        let message = run.received
        let end = message.header.byteCount
        let header = action.headerPieces?.bytes(of: message.head) ?? Array(message.head[..<end])
        let body = action.bodyPieces?.bytes(of: message.head) ?? Array(message.head[end...])
        return fields.flatMap { HeaderComposer.field($0.0, $0.1) } + header + body
    }
}
