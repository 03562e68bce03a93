/// Text outside ASCII in header fields: `=?utf-8?q?caf=C3=A9?=` (RFC 2047).
enum EncodedWord {
    // MARK: Reading

    /// The text with its encoded words as UTF-8; words in unknown character sets stay as they are.
    static func decode(_ text: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        var rest = text[...]
        /// Blanks behind an encoded word, which count only if no other follows.
        var pending: ArraySlice<UInt8> = []
        var isBehindWord = false
        while let byte = rest.first {
            if byte == ASCII.equals, let word = word(&rest) {
                decoded += word
                pending = []
                isBehindWord = true
            } else if isBehindWord, ASCII.isBlank(byte) {
                pending = rest.prefix(while: ASCII.isBlank)
                rest = rest.dropFirst(pending.count)
            } else {
                decoded += pending
                pending = []
                isBehindWord = false
                decoded.append(rest.removeFirst())
            }
        }
        return decoded + pending
    }

    /// Takes one encoded word off the front; nil, and nothing taken, if there is none that can be read.
    private static func word(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.starts(with: [ASCII.equals, ASCII.question]) else { return nil }
        // A word has at most 75 bytes; many have more, but none has so many that a search without end pays.
        let scope = rest.dropFirst(2).prefix(wordByteCountLimit)
        let parts = scope.split(separator: ASCII.question, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[3].first == ASCII.equals, parts[1].count == 1,
            let encoding = parts[1].first.map(ASCII.lower), !parts[2].contains(where: ASCII.isBlank)
        else { return nil }
        // A language may follow the character set (RFC 2231 section 5).
        let charset = ASCII.lowercased(parts[0].prefix { $0 != ASCII.star })
        let bytes = encoding == UInt8(ascii: "q") ? quoted(parts[2]) : base64(parts[2])
        guard encoding == UInt8(ascii: "q") || encoding == UInt8(ascii: "b"), let bytes,
            let text = Charset(name: charset)?.utf8(bytes)
        else { return nil }
        rest = rest[(parts[3].startIndex + 1)...]
        return text
    }

    private static let wordByteCountLimit = 4096

    private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == ASCII.underscore {
                bytes.append(ASCII.space)
            } else if byte == ASCII.equals {
                guard let high = rest.popFirst().flatMap(ASCII.hexValue),
                    let low = rest.popFirst().flatMap(ASCII.hexValue)
                else { return nil }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, bitCount) = (0 as UInt32, 0)
        for byte in text where byte != ASCII.equals {
            guard let value = base64Alphabet.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        return bytes
    }

    // MARK: Writing

    /// ASCII as it is, other text as encoded words of UTF-8 in base64.
    static func encode(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = UTF8.encode(scalar).map(Array.init) ?? []
            if chunk.count + bytes.count > chunkByteCount {
                words.append("=?UTF-8?B?\(base64(chunk))?=")
                chunk = []
            }
            chunk += bytes
        }
        words.append("=?UTF-8?B?\(base64(chunk))?=")
        return words.joined(separator: " ")
    }

    /// What fits an encoded word of 75 bytes.
    private static let chunkByteCount = 45

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let digit = base64Alphabet[bits >> (18 - 6 * place) & 0x3F]
                text.append(place <= group.count ? digit : ASCII.equals)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let base64Alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
