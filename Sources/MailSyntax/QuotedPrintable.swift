/// The quoted-printable encoding of text (RFC 2045 section 6.7): any bytes as short lines of ASCII.
public enum QuotedPrintable {
    /// Longest encoded line, without its end.
    private static let lineByteCount = 76

    /// Encodes bytes whose lines end in CRLF.
    public static func encode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count + bytes.count / 8)
        var column = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index...].starts(with: HeaderComposer.lineEnd) {
                encoded += HeaderComposer.lineEnd
                column = 0
                index += 2
                continue
            }
            let isLast = bytes[(index + 1)...].starts(with: HeaderComposer.lineEnd)
            let letters = self.letters(of: bytes[index], isLast: isLast || index + 1 == bytes.endIndex)
            if column + letters.count >= lineByteCount {
                encoded += Array("=\r\n".utf8)
                column = 0
            }
            encoded += letters
            column += letters.count
            index += 1
        }
        return encoded
    }

    /// A blank at the end of a line would get lost on the way.
    private static func letters(of byte: UInt8, isLast: Bool) -> [UInt8] {
        let isBlank = byte == ASCII.space || byte == ASCII.tab
        let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || isBlank && !isLast
        return isPlain ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
