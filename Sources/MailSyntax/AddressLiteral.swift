/// What may stand between the brackets of an address literal (RFC 5321 section 4.1.3).
enum AddressLiteral {
    static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let colon = bytes.firstIndex(of: ASCII.colon) else { return isIPv4(bytes) }
        let (tag, content) = (bytes[..<colon], bytes[(colon + 1)...])
        if ASCII.equal(String(decoding: tag, as: UTF8.self), "IPv6") { return isIPv6(content) }
        return isTag(tag) && !content.isEmpty && content.allSatisfy(isLiteralContent)
    }

    /// Four decimal numbers up to 255.
    static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(ASCII.isDigit)
                    && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }

    /// Eight groups, or fewer with one `::`; the last two may be written as IPv4.
    static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        let gap = bytes.indices.dropLast().first {
            bytes[$0] == ASCII.colon && bytes[$0 + 1] == ASCII.colon
        }
        guard let gap else { return groupCount(of: bytes, mayEndInIPv4: true) == 8 }
        guard let head = groupCount(of: bytes[..<gap], mayEndInIPv4: false),
            let tail = groupCount(of: bytes[(gap + 2)...], mayEndInIPv4: true)
        else { return false }
        return head + tail <= 7
    }

    /// The number of 16-bit groups written in `bytes`; nil if something else stands there.
    private static func groupCount(of bytes: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> Int? {
        if bytes.isEmpty { return 0 }
        var groups = bytes.split(separator: ASCII.colon, omittingEmptySubsequences: false)
        let endsInIPv4 = mayEndInIPv4 && groups.last.map(isIPv4) == true
        if endsInIPv4 { groups.removeLast() }
        guard groups.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy(ASCII.isHexDigit) }) else {
            return nil
        }
        return groups.count + (endsInIPv4 ? 2 : 0)
    }

    private static func isTag(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let last = bytes.last, last != ASCII.hyphen else { return false }
        return bytes.allSatisfy { ASCII.isLetterOrDigit($0) || $0 == ASCII.hyphen }
    }

    private static func isLiteralContent(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !(ASCII.openBracket...ASCII.closeBracket).contains(byte)
    }
}
