public import MailSyntax

/// One reply of a server, of one or more lines (RFC 5321 section 4.2).
///
///     550-5.1.1 no such user here
///     550 5.1.1 see the directory
public struct Reply: Hashable, Sendable {
    /// The three digits.
    public let code: Int
    /// The enhanced status, if the reply has one (RFC 2034).
    public let status: EnhancedStatus?
    /// The text of each line, without code and status; at least one, which may be empty.
    public let lines: [String]

    /// A reply of one line.
    public init(_ code: Int, _ status: EnhancedStatus?, _ text: String) {
        self.init(code, status, lines: [text])
    }

    /// A reply of one line that has no enhanced status.
    public init(_ code: Int, _ text: String) { self.init(code, nil, lines: [text]) }

    /// A reply of several lines.
    public init(_ code: Int, _ status: EnhancedStatus? = nil, lines: [String]) {
        precondition((200...599).contains(code), "a reply code is 2xx to 5xx")
        self.code = code
        self.status = status
        self.lines = lines.isEmpty ? [""] : lines
    }

    /// 2xx and 3xx: go on.
    public var isPositive: Bool { code < 400 }
    /// 4xx: try again later.
    public var isTemporary: Bool { (400..<500).contains(code) }
    /// 5xx: refused for good.
    public var isPermanent: Bool { code >= 500 }

    /// The wire form: code and status on every line, CRLF behind each; no control character of a text
    /// reaches the wire, and no line is longer than 512 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for (index, line) in lines.enumerated() {
            let isLast = index == lines.count - 1
            append(line, isLast: isLast, to: &bytes)
        }
        return bytes
    }

    /// The reply as one line of at most 1,000 characters for journal and reports: `550 5.7.1 no`.
    public var text: String {
        var parts = ["\(code)"]
        if let status { parts.append(status.description) }
        parts += lines.filter { !$0.isEmpty }
        let scalars = parts.joined(separator: " ").unicodeScalars.prefix(Limits.replyTextCount)
        return String(String.UnicodeScalarView(scalars.map(Self.visible)))
    }

    private func append(_ line: String, isLast: Bool, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += Array("\(code)".utf8)
        bytes.append(isLast ? ASCII.space : ASCII.hyphen)
        if let status { bytes += Array("\(status) ".utf8) }
        let room = Limits.sentReplyLineByteCount - 2 - (bytes.count - start)
        bytes += line.utf8.prefix(room).map { ASCII.isControl($0) ? ASCII.space : $0 }
        dropCutScalar(of: line, room: room, from: &bytes)
        bytes += [ASCII.carriageReturn, ASCII.lineFeed]
    }

    /// A cut must not leave half a UTF-8 character behind.
    private func dropCutScalar(of line: String, room: Int, from bytes: inout [UInt8]) {
        guard line.utf8.count > room else { return }
        let next = line.utf8[line.utf8.index(line.utf8.startIndex, offsetBy: room)]
        guard next & 0xC0 == 0x80 else { return }
        while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        bytes.removeLast()
    }

    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.properties.generalCategory == .control ? " " : scalar
    }
}
