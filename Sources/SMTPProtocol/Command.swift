public import MailSyntax

/// One command of a client, parsed but not yet judged.
public enum Command: Hashable, Sendable {
    /// `EHLO name`
    case ehlo(String)
    /// `HELO name`
    case helo(String)
    /// `MAIL FROM:<path> parameters`
    case mail(MailParameters)
    /// `RCPT TO:<path> parameters`
    case rcpt(RcptParameters)
    /// `DATA`
    case data
    /// `BDAT count [LAST]` (RFC 3030)
    case bdat(byteCount: Int, isLast: Bool)
    /// `RSET`
    case rset
    /// `NOOP`, with or without text
    case noop
    /// `QUIT`
    case quit
    /// `VRFY text`
    case vrfy
    /// `EXPN text`
    case expn
    /// `HELP`
    case help
    /// `STARTTLS` (RFC 3207)
    case startTLS
    /// `AUTH mechanism [initial response]` (RFC 4954); the response is still base64.
    case auth(mechanism: String, initial: String?)
    /// A verb that nobody knows.
    case unknown(verb: String)
    /// A known verb in a bad form, with the reply that says so.
    case malformed(Reply)
}

/// What MAIL carries (RFC 5321 section 4.1.1.2 and the extensions named at each field).
public struct MailParameters: Hashable, Sendable {
    /// The reverse path; nil is `<>`.
    public var path: Address?
    /// SIZE in bytes as the client states it (RFC 1870).
    public var size: Int?
    /// BODY (RFC 6152, RFC 3030).
    public var body: BodyType
    /// SMTPUTF8 (RFC 6531).
    public var smtpUTF8: Bool
    /// RET (RFC 3461).
    public var ret: ReturnContent?
    /// ENVID as xtext (RFC 3461).
    public var envid: String?
    /// AUTH as xtext (RFC 4954).
    public var auth: String?

    /// Parameters of a MAIL; those not named are absent.
    public init(
        path: Address?, size: Int? = nil, body: BodyType = .sevenBit, smtpUTF8: Bool = false,
        ret: ReturnContent? = nil, envid: String? = nil, auth: String? = nil
    ) {
        self.path = path
        self.size = size
        self.body = body
        self.smtpUTF8 = smtpUTF8
        self.ret = ret
        self.envid = envid
        self.auth = auth
    }
}

/// What RCPT carries (RFC 5321 section 4.1.1.3, RFC 3461).
public struct RcptParameters: Hashable, Sendable {
    /// The forward path; without a domain only for `<postmaster>`.
    public var address: Address
    /// NOTIFY.
    public var notify: NotifyConditions?
    /// ORCPT, `type;xtext`.
    public var orcpt: String?

    /// The recipient as it stands in an envelope.
    public var recipient: Recipient { Recipient(address, notify: notify, originalRecipient: orcpt) }

    /// Parameters of a RCPT; those not named are absent.
    public init(address: Address, notify: NotifyConditions? = nil, orcpt: String? = nil) {
        self.address = address
        self.notify = notify
        self.orcpt = orcpt
    }
}
