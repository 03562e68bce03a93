/// What a server said it can do: its reply to EHLO as values (RFC 5321 section 4.1.1.1).
public struct ServerExtensions: Hashable, Sendable {
    /// STARTTLS (RFC 3207).
    public private(set) var startTLS = false
    /// PIPELINING (RFC 2920).
    public private(set) var pipelining = false
    /// 8BITMIME (RFC 6152).
    public private(set) var eightBitMIME = false
    /// SMTPUTF8 (RFC 6531).
    public private(set) var smtpUTF8 = false
    /// CHUNKING (RFC 3030).
    public private(set) var chunking = false
    /// DSN (RFC 3461).
    public private(set) var dsn = false
    /// ENHANCEDSTATUSCODES (RFC 2034).
    public private(set) var enhancedStatusCodes = false
    /// SIZE was offered, with or without a figure (RFC 1870).
    public private(set) var declaresSize = false
    /// Largest message in bytes; nil when the server names none.
    public private(set) var size: Int?
    /// SASL mechanisms in the order of the server, in upper case (RFC 4954).
    public private(set) var authMechanisms: [String] = []

    /// No extension: a server that knows only HELO.
    public init() {}

    /// The extensions that a reply to EHLO names.
    public init(ehlo reply: Reply) {
        for line in reply.lines.dropFirst() { take(line) }
    }

    private mutating func take(_ line: String) {
        // `AUTH=LOGIN` is a form from before the RFC that some servers still send.
        let words = line.uppercased().split { $0 == " " || $0 == "=" }
        guard let keyword = words.first else { return }
        switch keyword {
        case "STARTTLS": startTLS = true
        case "PIPELINING": pipelining = true
        case "8BITMIME": eightBitMIME = true
        case "SMTPUTF8": smtpUTF8 = true
        case "CHUNKING": chunking = true
        case "DSN": dsn = true
        case "ENHANCEDSTATUSCODES": enhancedStatusCodes = true
        case "SIZE":
            declaresSize = true
            size = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        case "AUTH":
            for name in words.dropFirst().map(String.init) where !authMechanisms.contains(name) {
                authMechanisms.append(name)
            }
        default: break
        }
    }
}
