import MailSyntax

/// What of an address is compared (RFC 5228 section 2.7.4).
enum AddressPart: String, CaseIterable, Sendable {
    case all
    case localPart = "localpart"
    case domain

    /// Domains have no case, whatever the comparator; they come in lower case.
    func comparator(_ asked: Comparator) -> Comparator { self == .domain ? .asciiCasemap : asked }

    /// The bytes to compare; nil: the address has no such part.
    func value(of address: Address) -> [UInt8]? {
        switch self {
        case .all: Array(address.description.utf8)
        case .localPart: Self.unquoted(Array(address.localPart.utf8))
        case .domain: address.domain.isEmpty ? nil : Array(address.domain.utf8)
        }
    }

    /// `"ann lee"` and `ann\ lee` mean the same.
    private static func unquoted(_ localPart: [UInt8]) -> [UInt8] {
        guard localPart.count >= 2, localPart.first == ASCII.quote else { return localPart }
        var text: [UInt8] = []
        var isEscaped = false
        for byte in localPart.dropFirst().dropLast() {
            if byte == ASCII.backslash, !isEscaped {
                isEscaped = true
            } else {
                text.append(byte)
                isEscaped = false
            }
        }
        return text
    }
}
