/// Why a TLS connection or its set-up failed, in words that a mail administrator can act on.
public enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The chain is good, but the certificate is for other names than the one dialled.
    case nameMismatch(expected: String, presented: [String])
    /// The chain does not end at a trusted root; the reason is OpenSSL's.
    case untrusted(reason: String, subject: String)
    /// A certificate of the chain is expired or not valid yet.
    case outsideValidity(reason: String, subject: String)
    /// The two sides could not agree, or the peer does not speak TLS.
    case protocolFailure(String)
    /// The peer ended the handshake with an alert.
    case refusedByPeer(alert: String)
    /// The connection was cut without a closing alert: what came last may be incomplete.
    case truncated(inHandshake: Bool)
    /// A certificate, key or trust store cannot be used.
    case unusableFile(name: String, reason: String)
    /// The private key does not belong to the certificate.
    case keyMismatch(certificate: String, key: String)
    /// OpenSSL could not do what it was asked for; out of memory, as a rule.
    case engine(String)

    /// One line for the journal.
    public var description: String {
        switch self {
        case .nameMismatch(let expected, let presented):
            let names = presented.isEmpty ? "without a name" : "for " + presented.joined(separator: ", ")
            return "the certificate is \(names), not for \(expected)"
        case .untrusted(let reason, let subject):
            return "the certificate of \(subject) is not trusted: \(reason)"
        case .outsideValidity(let reason, let subject): return "the certificate of \(subject): \(reason)"
        case .protocolFailure(let reason): return "TLS failed: \(reason)"
        case .refusedByPeer(let alert): return "the peer refused TLS: \(alert)"
        case .truncated(true): return "the connection was cut during the TLS handshake"
        case .truncated(false): return "the connection was cut without a TLS closing alert"
        case .unusableFile(let name, let reason): return "\(name): \(reason)"
        case .keyMismatch(let certificate, let key):
            return "the key \(key) does not fit the certificate \(certificate)"
        case .engine(let reason): return "OpenSSL: \(reason)"
        }
    }
}
