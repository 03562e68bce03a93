/// The bytes that SMTP gives a meaning, and the few questions asked of them.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let plus: UInt8 = 0x2B
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let underscore: UInt8 = 0x5F
    static let lineEnd: [UInt8] = [carriageReturn, lineFeed]

    static func isPrintable(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    /// The bytes as text in upper case; for keywords, which are short.
    static func keyword(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    /// The bytes without blanks at either end.
    static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return bytes
    }

    /// A decimal number of up to 20 digits; one too large for `Int` counts as the largest.
    static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard (1...20).contains(bytes.count), bytes.allSatisfy(isDigit) else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self)) ?? .max
    }
}
