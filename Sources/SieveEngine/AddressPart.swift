import MailSyntax

/// What of an address is compared (RFC 5228 section 2.7.4, RFC 5233).
enum AddressPart: String, CaseIterable, Sendable {
    case all
    case localPart = "localpart"
    case domain
    /// Of the local part what stands before the separator.
    case user
    /// Of the local part what stands behind the separator.
    case detail

    /// Domains have no case, whatever the comparator; they come in lower case.
    func comparator(_ asked: Comparator) -> Comparator {
        self == .domain && asked == .octet ? .asciiCasemap : asked
    }

    /// The bytes to compare; nil: the address has no such part.
    func value(of address: Address, _ separators: [UInt8]) -> [UInt8]? {
        switch self {
        case .all: return Array(address.description.utf8)
        case .localPart: return Self.unquoted(Array(address.localPart.utf8))
        case .domain: return address.domain.isEmpty ? nil : Array(address.domain.utf8)
        case .user:
            let local = Self.unquoted(Array(address.localPart.utf8))
            return Array(local.prefix { !separators.contains($0) })
        case .detail:
            let local = Self.unquoted(Array(address.localPart.utf8))
            return local.firstIndex(where: separators.contains).map { Array(local[($0 + 1)...]) }
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

extension Arguments {
    /// Takes the tag of the address's part away; without one it is the whole.
    mutating func addressPart() -> AddressPart {
        for tag in ["user", "detail"] {
            guard let place = place(ofTag: tag) else { continue }
            compilation.demand(.subaddress, for: "\":\(tag)\"", at: place)
        }
        return choice(AddressPart.self) ?? .all
    }
}
