/// How bytes are compared (RFC 5228 section 2.7.3).
package enum Comparator: String, CaseIterable, Sendable {
    /// Byte by byte.
    case octet = "i;octet"
    /// The same, but ASCII letters have no case. The default.
    case asciiCasemap = "i;ascii-casemap"
    /// The number that a text begins with; a text without one is greater than all numbers (RFC 4790 section 9.1).
    case asciiNumeric = "i;ascii-numeric"
    /// No letter has a case (RFC 5051).
    case unicodeCasemap = "i;unicode-casemap"

    /// What has to be required before; nil: it is always there.
    var capability: Capability? {
        switch self {
        case .octet, .asciiCasemap, .unicodeCasemap: nil
        case .asciiNumeric: .numericComparator
        }
    }

    /// Whether parts of a text mean anything (RFC 4790 section 4.2.4).
    var comparesParts: Bool { self != .asciiNumeric }

    /// Bytes are compared one by one, with ASCII letters taken for equal or not; nil: they are not.
    var ignoresASCIICase: Bool? {
        switch self {
        case .octet: false
        case .asciiCasemap: true
        case .asciiNumeric, .unicodeCasemap: nil
        }
    }

    /// The form in which equal texts are equal bytes.
    func folded(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .octet: bytes
        case .asciiCasemap: bytes.map(ASCII.lower)
        case .asciiNumeric: Self.number(bytes)
        case .unicodeCasemap: Self.titlecased(bytes)
        }
    }

    /// Whether one folded text comes before another.
    func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard self == .asciiNumeric else { return left.lexicographicallyPrecedes(right) }
        if left.isEmpty || right.isEmpty { return right.isEmpty && !left.isEmpty }
        return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }

    /// The digits at the front without leading zeros; no bytes stand for infinity.
    private static func number(_ bytes: [UInt8]) -> [UInt8] {
        let digits = bytes.prefix(while: ASCII.isDigit)
        let number = digits.drop { $0 == UInt8(ascii: "0") }
        return number.isEmpty ? Array(digits.prefix(1)) : Array(number)
    }

    private static func titlecased(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.map(ASCII.upper) }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.flatMap {
            Array($0.properties.titlecaseMapping.utf8)
        }
    }
}

/// How a value and a key have to fit (RFC 5228 section 2.7.1 and its extensions).
package enum MatchType: Hashable, Sendable {
    case equal
    case contains
    case matches
    /// RFC 5231.
    case value(Relation)
    /// RFC 5231.
    case count(Relation)
    /// Regular expressions (draft-ietf-sieve-regex).
    case regex
    /// RFC 6134.
    case list
    /// Networks that an IP address stands in.
    case network
}

/// RFC 5231 section 3.
package enum Relation: String, CaseIterable, Sendable {
    case greater = "gt"
    case atLeast = "ge"
    case less = "lt"
    case atMost = "le"
    case equal = "eq"
    case notEqual = "ne"

    /// Whether two folded texts stand so to each other.
    func holds(_ left: [UInt8], _ right: [UInt8], _ comparator: Comparator) -> Bool {
        switch self {
        case .greater: comparator.precedes(right, left)
        case .atLeast: !comparator.precedes(left, right)
        case .less: comparator.precedes(left, right)
        case .atMost: !comparator.precedes(right, left)
        case .equal: left == right
        case .notEqual: left != right
        }
    }
}
