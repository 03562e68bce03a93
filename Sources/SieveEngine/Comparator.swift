/// How bytes are compared (RFC 5228 section 2.7.3).
enum Comparator: String, CaseIterable, Sendable {
    /// Byte by byte.
    case octet = "i;octet"
    /// The same, but ASCII letters have no case. The default.
    case asciiCasemap = "i;ascii-casemap"

    /// The form in which equal texts are equal bytes.
    func folded(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .octet: bytes
        case .asciiCasemap: bytes.map(ASCII.lower)
        }
    }
}

/// How a value and a key have to fit (RFC 5228 section 2.7.1).
enum MatchType: String, CaseIterable, Sendable {
    case equal = "is"
    case contains
    case matches
}
