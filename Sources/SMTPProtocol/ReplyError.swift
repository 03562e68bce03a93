/// Why the bytes of a server are no reply.
public enum ReplyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line is no reply line; its beginning for the journal.
    case malformed(String)
    /// The line ends with a bare LF or holds a bare CR.
    case bareLineEnd
    /// The line is longer than we read.
    case lineTooLong
    /// The reply has more lines than we read.
    case tooManyLines

    /// A sentence for the journal.
    public var description: String {
        switch self {
        case .malformed(let line): "not an SMTP reply: \(line)"
        case .bareLineEnd: "reply line does not end with CRLF"
        case .lineTooLong: "reply line too long"
        case .tooManyLines: "reply of too many lines"
        }
    }
}
