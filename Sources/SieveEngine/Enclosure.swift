import MailContent
import MailSyntax

/// A message that is put around another: a text, and the other as it would have gone out (RFC 5703 section 6).
struct Enclosure: Sendable {
    /// The fields of its header, each as it goes out.
    let fields: [[UInt8]]
    /// Its text, in UTF-8.
    let text: [UInt8]
    /// Stands in no line of either.
    let boundary: String

    /// The two as one message.
    func around(_ inner: OutgoingPieces, of message: SieveMessage) -> OutgoingPieces {
        let end = message.header.byteCount
        let fields =
            fields + [
                HeaderComposer.field("MIME-Version", "1.0"),
                HeaderComposer.field("Content-Type", "multipart/mixed; boundary=\"\(boundary)\""),
            ]
        let front =
            ["", "--\(boundary)", ""].joined(separator: "\r\n").utf8 + TextEntity(text).bytes
            + ["", "--\(boundary)", "Content-Type: message/rfc822", "", ""].joined(separator: "\r\n").utf8
        return OutgoingPieces(
            header: [.added(Array(fields.joined()))],
            body: [.added(front)] + (inner.header ?? [.original(0..<end)])
                + (inner.body ?? [.original(end..<message.byteCount)])
                + [.added(Array("\r\n--\(boundary)--\r\n".utf8))])
    }
}

/// A text as a part of a message: its header and its content.
struct TextEntity {
    let header: [UInt8]
    let content: [UInt8]

    /// In the plainest encoding that no relay changes and that no boundary can stand in.
    init(_ text: [UInt8]) {
        let lines = CRLF.lines(text)
        let isDelicate = lines.split(separator: ASCII.lineFeed).contains { $0.starts(with: Array("--".utf8)) }
        let isPlain =
            lines.allSatisfy { $0 < 0x80 && $0 > 0 }
            && lines.split(separator: ASCII.lineFeed).allSatisfy { $0.count <= Limits.plainLineByteCount }
        let encoding: String
        if isDelicate {
            (encoding, content) = ("base64", Base64.encodeLines(lines[...]))
        } else if isPlain {
            (encoding, content) = ("7bit", lines)
        } else {
            (encoding, content) = ("quoted-printable", QuotedPrintable.encode(lines[...]))
        }
        header =
            HeaderComposer.field("Content-Type", "text/plain; charset=utf-8")
            + HeaderComposer.field("Content-Transfer-Encoding", encoding)
    }

    var bytes: [UInt8] { header + CRLF.end + content }
}

/// Line ends as mail has them.
enum CRLF {
    static let end: [UInt8] = [ASCII.carriageReturn, ASCII.lineFeed]

    /// A text with CRLF at the end of each line, whichever of CR and LF ended it before.
    static func lines(_ text: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(text.count + text.count / 32)
        var last: UInt8?
        for byte in text {
            switch (last, byte) {
            case (ASCII.carriageReturn, ASCII.lineFeed): break
            case (_, ASCII.carriageReturn), (_, ASCII.lineFeed): lines += end
            default: lines.append(byte)
            }
            last = byte
        }
        return lines
    }
}
