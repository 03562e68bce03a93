/// The encoding of ENVID, ORCPT and AUTH: bytes outside `!` to `~`, and `+` and `=`, as `+XX`
/// (RFC 3461 section 4).
public enum Xtext {
    /// True for text that follows the grammar.
    public static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool { decode(bytes) != nil }

    /// The bytes that the text stands for; nil when it is against the grammar.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var decoded: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                guard let high = rest.popFirst().flatMap(value), let low = rest.popFirst().flatMap(value)
                else {
                    return nil
                }
                decoded.append(high << 4 | low)
            } else {
                guard isPlain(byte) else { return nil }
                decoded.append(byte)
            }
        }
        return decoded
    }

    /// The text that stands for these bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let text = bytes.flatMap { byte in
            isPlain(byte)
                ? [byte] : [UInt8(ascii: "+"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "+") && byte != UInt8(ascii: "=")
    }

    /// Hexadecimal digits are in upper case here.
    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }
}
