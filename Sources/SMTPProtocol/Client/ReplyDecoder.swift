import MailSyntax

/// Puts received bytes together to replies (RFC 5321 section 4.2.1): strict in form and bounded, but
/// content with replies that have no text.
public struct ReplyDecoder: Sendable {
    private var framer = LineFramer(limit: Limits.receivedReplyLineByteCount)
    /// The lines so far of a reply that goes on.
    private var pending: (code: Int, status: EnhancedStatus?, lines: [String])?

    /// A decoder for one connection.
    public init() {}

    /// True when no byte and no half reply waits; must be so when STARTTLS was answered.
    public var isEmpty: Bool { framer.isEmpty && pending == nil }

    /// Takes what the connection brought.
    public mutating func append(_ bytes: [UInt8]) { framer.append(bytes) }

    /// The next whole reply; nil when more bytes are needed.
    public mutating func next() throws(ReplyError) -> Reply? {
        while let framed = framer.next() {
            switch framed {
            case .line(let line):
                if let reply = try take(line) { return reply }
            case .bareLineEnd: throw .bareLineEnd
            case .tooLong: throw .lineTooLong
            }
        }
        return nil
    }

    private mutating func take(_ line: [UInt8]) throws(ReplyError) -> Reply? {
        guard let code = Self.code(of: line), pending == nil || pending?.code == code else {
            throw .malformed(String(decoding: line.prefix(80), as: UTF8.self))
        }
        let (status, text) = Self.status(in: line.dropFirst(4), of: code)
        var reply = pending ?? (code, status, [])
        // A status that the first line did not have belongs to the text.
        let isOwn = status == reply.status
        reply.lines.append(String(decoding: isOwn ? text : line.dropFirst(4), as: UTF8.self))
        guard reply.lines.count <= Limits.receivedReplyLineCount else { throw .tooManyLines }
        let isLast = line.count == 3 || line[3] != ASCII.hyphen
        pending = isLast ? nil : reply
        return isLast ? Reply(code, reply.status, lines: reply.lines) : nil
    }

    /// The code of a line of the form `250`, `250 text` or `250-text`.
    private static func code(of line: [UInt8]) -> Int? {
        guard line.count >= 3, (0x32...0x35).contains(line[0]), ASCII.isDigit(line[1]),
            ASCII.isDigit(line[2]),
            line.count == 3 || line[3] == ASCII.space || line[3] == ASCII.hyphen
        else { return nil }
        return ASCII.number(line[..<3])
    }

    /// An enhanced status at the front of a text, of the same class as the code, and the text behind it.
    private static func status(
        in text: ArraySlice<UInt8>, of code: Int
    ) -> (EnhancedStatus?, text: ArraySlice<UInt8>) {
        let word = text.prefix { !ASCII.isBlank($0) }
        let parts = word.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1, parts[1].count <= 3, parts[2].count <= 3,
            let kind = ASCII.number(parts[0]), let subject = ASCII.number(parts[1]),
            let detail = ASCII.number(parts[2]), kind == code / 100
        else { return (nil, text) }
        return (EnhancedStatus(kind, subject, detail), text[word.endIndex...].dropFirst())
    }
}
