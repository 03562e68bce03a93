/// `${hex:40}` and `${unicode:40}` in strings (RFC 5228 section 2.4.2.4).
enum EncodedCharacter {
    /// The text with what is encoded in it put in plain; what does not follow the grammar stays as it is.
    static func decode(_ text: Text, _ diagnostics: inout Diagnostics) -> Text {
        var rest = text.bytes[...]
        var decoded: [UInt8] = []
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            decoded += rest[..<dollar]
            rest = rest[dollar...]
            decoded += take(&rest, at: text.place, &diagnostics) ?? [rest.removeFirst()]
        }
        return Text(bytes: decoded + rest, place: text.place)
    }

    /// What an encoded character at the front stands for, which is then taken away; nil: there is none.
    static func take(
        _ rest: inout ArraySlice<UInt8>, at place: ScriptPlace, _ diagnostics: inout Diagnostics
    ) -> [UInt8]? {
        if let bytes = hexadecimal(&rest) { return bytes }
        return numbers(&rest)?.flatMap { utf8($0, place, &diagnostics) }
    }

    private static func hexadecimal(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        take("${hex:", &rest) { word in
            guard word.count <= 2 else { return nil }
            return number(word).map { UInt8($0) }
        }
    }

    private static func numbers(_ rest: inout ArraySlice<UInt8>) -> [UInt32]? {
        take("${unicode:", &rest) { number($0) }
    }

    /// Takes `prefix`, words with blanks between them and a closing brace off the front, or nothing.
    private static func take<Value>(
        _ prefix: String, _ rest: inout ArraySlice<UInt8>, _ read: (ArraySlice<UInt8>) -> Value?
    ) -> [Value]? {
        let head = rest.prefix(prefix.utf8.count)
        guard head.map(ASCII.lower).elementsEqual(prefix.utf8) else { return nil }
        // The grammar has no other characters, so a long text without a brace is not read to its end.
        let content = rest.dropFirst(head.count).prefix { ASCII.hexValue($0) != nil || ASCII.isWhite($0) }
        guard content.endIndex < rest.endIndex, rest[content.endIndex] == UInt8(ascii: "}") else {
            return nil
        }
        let words = content.split(whereSeparator: ASCII.isWhite)
        let values = words.compactMap(read)
        guard !words.isEmpty, values.count == words.count else { return nil }
        rest = rest[(content.endIndex + 1)...]
        return values
    }

    /// A number too large for any character stays too large.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
        digits.reduce(0 as UInt32?) { value, digit in
            guard let value, let next = ASCII.hexValue(digit) else { return nil }
            return min(value, 0xFF_FFFF) << 4 | UInt32(next)
        }
    }

    private static func utf8(
        _ number: UInt32, _ place: ScriptPlace, _ diagnostics: inout Diagnostics
    ) -> [UInt8] {
        guard let scalar = Unicode.Scalar(number), number > 0 else {
            let shown = String(number, radix: 16, uppercase: true)
            diagnostics.error("\"${unicode:\(shown)}\" is no character", at: place)
            return []
        }
        return Array(String(Character(scalar)).utf8)
    }
}
