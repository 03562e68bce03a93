/// Text outside ASCII in header fields: `=?utf-8?q?caf=C3=A9?=` (RFC 2047).
package enum EncodedWord {
    // MARK: Reading

    /// The text with its encoded words as UTF-8; words in unknown character sets stay as they are.
    package static func decode(_ text: [UInt8]) -> [UInt8] {
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
        let scope = rest.dropFirst(2).prefix(Limits.encodedWordByteCount)
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
        text.allSatisfy(Base64.isLetter) ? Base64.decode(text) : nil
    }

    // MARK: Writing

    /// ASCII as it is, other text as encoded words of UTF-8 in base64.
    package static func encode(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = UTF8.encode(scalar).map(Array.init) ?? []
            if chunk.count + bytes.count > chunkByteCount {
                words.append(word(chunk))
                chunk = []
            }
            chunk += bytes
        }
        words.append(word(chunk))
        return words.joined(separator: " ")
    }

    /// What fits an encoded word of 75 bytes.
    private static let chunkByteCount = 45

    private static func word(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?\(String(decoding: Base64.encode(bytes[...]), as: UTF8.self))?="
    }
}
