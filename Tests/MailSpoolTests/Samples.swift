import MailSyntax
import PosternTestSupport

@testable import MailSpool

/// Made-up mail.
enum Samples {
    static let time = Timestamp(millisecondsSince1970: 1_795_000_000_000)

    static func address(_ local: String) -> Address { Address(localPart: local, domain: "example.org") }

    static let origin = Origin(
        client: "192.0.2.7", heloName: "printer", listener: "office", user: "crm",
        tls: "TLSv1.3 TLS_AES_256_GCM_SHA384", protocolName: "ESMTPSA", receivedAt: time)

    static let envelope = Envelope(
        sender: address("sender"),
        recipients: [
            Recipient(address("a"), notify: [.success, .failure], originalRecipient: "rfc822;a@example.org"),
            Recipient(address("b")), Recipient(address("c"), notify: .never),
        ],
        body: .eightBitMIME, isSMTPUTF8: true, returnContent: .headers, envelopeID: "QQ314159")

    static func message(_ byteCount: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        var bytes = Array("Subject: sample\r\n\r\n".utf8)
        bytes.reserveCapacity(byteCount + 8)
        while bytes.count < byteCount { withUnsafeBytes(of: random.next().littleEndian) { bytes += $0 } }
        return Array(bytes.prefix(byteCount))
    }

    /// Three recipients in one share.
    static let plain = NewEntry(
        envelope: envelope, origin: origin, messageID: "<1@example.org>",
        shares: [NewShare(recipients: envelope.recipients, stream: "bulk")])

    /// One share a recipient: waiting and edited, held, redirected to another stream.
    static func split(_ byteCount: Int) -> NewEntry {
        var redirected = NewShare(
            recipients: [ShareRecipient(Recipient(address("elsewhere")), redirectedFrom: address("c"))],
            stream: "other", rule: "outbound:3")
        redirected.returnContent = .full
        redirected.pieces = [
            .original(0..<min(9, byteCount)), .added(Array("moved\r\n".utf8)), .original(0..<byteCount),
        ]
        return NewEntry(
            envelope: envelope, origin: origin, parent: QueueID(77),
            shares: [
                NewShare(
                    recipients: [envelope.recipients[0]], stream: "bulk",
                    pieces: [.added(Array("X-New: 1\r\n".utf8)), .original(0..<byteCount)], rule: "outbound:7"
                ),
                NewShare(
                    recipients: [envelope.recipients[1]], stream: "bulk",
                    hold: Hold(reason: "look at it", tag: "invoices", rule: "outbound:9", heldAt: time)),
                redirected,
            ])
    }

    /// As many shares, each with a recipient.
    static func wide(shareCount: Int) -> NewEntry {
        let recipients = (0..<shareCount).map { Recipient(address("r\($0)")) }
        return NewEntry(
            envelope: Envelope(sender: address("sender"), recipients: recipients), origin: origin,
            shares: recipients.map { NewShare(recipients: [$0], stream: "bulk") })
    }

    static func bytes(of pieces: [Piece]?, _ message: [UInt8]) -> [UInt8] {
        guard let pieces else { return message }
        return pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .original(let range): Array(message[range])
            case .added(let bytes): bytes
            }
        }
    }
}
