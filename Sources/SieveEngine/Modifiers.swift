/// What is done to a value before a variable gets it (RFC 5229 section 4.1, RFC 5435 section 6,
/// draft-ietf-sieve-regex section 7.2).
struct Modifiers: Sendable {
    private enum Modifier: String, CaseIterable {
        case lower, upper
        case lowerFirst = "lowerfirst"
        case upperFirst = "upperfirst"
        case quoteWildcard = "quotewildcard"
        case quoteRegex = "quoteregex"
        case encodeURL = "encodeurl"
        case length

        /// Of two with the same precedence one can stand; the greater is applied first.
        var precedence: Int {
            switch self {
            case .lower, .upper: 40
            case .lowerFirst, .upperFirst: 30
            case .quoteWildcard, .quoteRegex: 20
            case .encodeURL: 15
            case .length: 10
            }
        }

        /// What a script has to require for it, beside variables.
        var capability: Capability? {
            switch self {
            case .quoteRegex: .regex
            case .encodeURL: .enotify
            case .lower, .upper, .lowerFirst, .upperFirst, .quoteWildcard, .length: nil
            }
        }
    }

    /// In the order in which they are applied.
    private let modifiers: [Modifier]

    init(_ arguments: inout Arguments) {
        var found: [Modifier] = []
        for modifier in Modifier.allCases {
            while let place = arguments.tag(modifier.rawValue) {
                if let capability = modifier.capability {
                    arguments.compilation.demand(capability, for: "\":\(modifier.rawValue)\"", at: place)
                }
                if let other = found.first(where: { $0.precedence == modifier.precedence }) {
                    let both = "\":\(other.rawValue)\" and \":\(modifier.rawValue)\""
                    arguments.error(
                        other == modifier
                            ? "\":\(other.rawValue)\" stands twice" : "\(both) exclude each other", at: place)
                }
                found.append(modifier)
            }
        }
        modifiers = found.sorted { $0.precedence > $1.precedence }
    }

    /// The value as the variable gets it, of at most so many bytes.
    func applied(to value: [UInt8], limit: Int) -> [UInt8] {
        modifiers.reduce(Self.cut(value, limit)) { Self.apply($1, to: $0, limit) }
    }

    private static func apply(_ modifier: Modifier, to value: [UInt8], _ limit: Int) -> [UInt8] {
        switch modifier {
        case .lower: value.map(ASCII.lower)
        case .upper: value.map(ASCII.upper)
        case .lowerFirst: value.prefix(1).map(ASCII.lower) + value.dropFirst()
        case .upperFirst: value.prefix(1).map(ASCII.upper) + value.dropFirst()
        case .quoteWildcard: escaped(value, limit) { isWildcard($0) ? [ASCII.backslash, $0] : [$0] }
        case .quoteRegex: escaped(value, limit) { isOfPatterns($0) ? [ASCII.backslash, $0] : [$0] }
        case .encodeURL: escaped(value, limit) { isUnreserved($0) ? [$0] : percent($0) }
        case .length: Array("\(String(decoding: value, as: UTF8.self).unicodeScalars.count)".utf8)
        }
    }

    private static func isWildcard(_ byte: UInt8) -> Bool {
        byte == ASCII.star || byte == ASCII.question || byte == ASCII.backslash
    }

    /// What means something in a regular expression (POSIX 1003.1 section 9.4.3).
    private static func isOfPatterns(_ byte: UInt8) -> Bool { "\\^$.[]|()*+?{}".utf8.contains(byte) }

    /// What a URI has as it is (RFC 3986 section 2.3).
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        ASCII.isIdentifierByte(byte) || byte == UInt8(ascii: "-") || byte == ASCII.dot
            || byte == UInt8(ascii: "~")
    }

    private static func percent(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// No character is cut in half, nor what stands for it.
    private static func escaped(_ value: [UInt8], _ limit: Int, _ escape: (UInt8) -> [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var rest = value[...]
        while let first = rest.first {
            let tail = rest.dropFirst().prefix { $0 & 0xC0 == 0x80 }
            let character = escape(first) + tail.flatMap(escape)
            guard text.count + character.count <= limit else { break }
            text += character
            rest = rest.dropFirst(1 + tail.count)
        }
        return text
    }

    /// The first bytes of a text, so many that no character is cut in half.
    static func cut(_ value: [UInt8], _ limit: Int) -> [UInt8] {
        guard value.count > limit else { return value }
        var end = limit
        while end > 0, value[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(value[..<end])
    }
}
