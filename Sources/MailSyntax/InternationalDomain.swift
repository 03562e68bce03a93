/// A domain as people write it, and the same as the name system has it (RFC 5890).
enum InternationalDomain {
    /// The domain with labels beyond ASCII as A-labels, `xn--bcher-kva` for `bücher`; nil: a label can be none.
    ///
    /// Capitals become small; otherwise a label is taken as written, which has to be in normal form C. What RFC 5892
    /// allows only beside certain neighbours is refused.
    static func ascii(_ domain: String) -> String? {
        guard domain.utf8.count <= Limits.domainByteCount else { return nil }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        let ascii = labels.compactMap(aLabel)
        return ascii.count == labels.count ? ascii.joined(separator: ".") : nil
    }

    private static func aLabel(_ label: Substring) -> String? {
        if label.utf8.allSatisfy(ASCII.isASCII) { return String(label) }
        let characters = label.lowercased().unicodeScalars
        guard characters.allSatisfy(isAllowed), let first = characters.first, !isMark(first), first != "-",
            characters.last != "-", !characters.dropFirst(2).starts(with: ["-", "-"])
        else { return nil }
        return "xn--" + Punycode.encode(characters)
    }

    /// RFC 5892 sections 2.1, 2.2 and 2.6.
    private static func isAllowed(_ character: Unicode.Scalar) -> Bool {
        if character.isASCII { return ASCII.isLetterOrDigit(UInt8(character.value)) || character == "-" }
        if exceptions.contains(character) { return true }
        switch character.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
            return !character.properties.changesWhenNFKCCaseFolded
        default: return false
        }
    }

    private static let exceptions: Set<Unicode.Scalar> = [
        "\u{DF}", "\u{3C2}", "\u{6FD}", "\u{6FE}", "\u{F0B}", "\u{3007}",
    ]

    private static func isMark(_ character: Unicode.Scalar) -> Bool {
        switch character.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}

extension Address {
    /// A strict reading of `local@domain` whose domain may be in Unicode: it becomes what the name system has, and the
    /// address needs no SMTPUTF8. A local part beyond ASCII is `AddressError.notASCII`.
    public init(internationalized bytes: ArraySlice<UInt8>) throws(AddressError) {
        let start = bytes.lastIndex(of: ASCII.at).map { $0 + 1 } ?? bytes.endIndex
        guard let domain = String(validating: bytes[start...], as: UTF8.self) else { throw .notASCII }
        guard let ascii = InternationalDomain.ascii(domain) else { throw .malformed }
        try self.init(parsing: bytes[..<start] + Array(ascii.utf8), allowsUTF8: false)
    }
}
