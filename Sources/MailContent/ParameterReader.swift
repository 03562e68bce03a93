import MailSyntax

/// Reads words and parameters of a structured field and makes the best of what is against the grammar.
struct ParameterReader {
    private var rest: ArraySlice<UInt8>

    init(_ value: ArraySlice<UInt8>) { rest = value }

    /// A word in lower case with the blanks and comments before it; nil: something else stands here.
    mutating func token() -> String? {
        skipBlanks()
        let word = rest.prefix { Self.isTokenByte($0) }
        guard !word.isEmpty else { return nil }
        rest = rest.dropFirst(word.count)
        return ASCII.lowercased(word)
    }

    mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// All that follow, each behind a semicolon.
    mutating func parameters() -> MIMEParameters {
        var written: [WrittenParameter] = []
        while written.count < Limits.parameterCount, skipToParameter() {
            guard let name = token(), take(ASCII.equals) else { continue }
            written.append(WrittenParameter(name: name, value: value()))
        }
        return MIMEParameters(written)
    }

    /// Behind the next semicolon; false at the end.
    private mutating func skipToParameter() -> Bool {
        while let byte = rest.popFirst() {
            switch byte {
            case ASCII.semicolon: return true
            case ASCII.quote: _ = quoted()
            case ASCII.openParenthesis: rest.skipComment()
            default: break
            }
        }
        return false
    }

    private mutating func value() -> [UInt8] {
        skipBlanks()
        if rest.first == ASCII.quote {
            rest.removeFirst()
            return quoted()
        }
        return bare()
    }

    /// A value without quotes: up to the semicolon, since names with blanks are often left bare.
    private mutating func bare() -> [UInt8] {
        var end = rest.startIndex
        var isBehindBlank = false
        while end < rest.endIndex, rest[end] != ASCII.semicolon {
            if isBehindBlank, rest[end] == ASCII.openParenthesis { break }
            isBehindBlank = ASCII.isWhite(rest[end])
            end += 1
        }
        let value = ASCII.trimmed(rest[..<end])
        rest = rest[end...]
        return value.filter { !ASCII.isLineEnd($0) }
    }

    /// The content up to the closing quote, which is taken too; line ends are dropped.
    private mutating func quoted() -> [UInt8] {
        var text: [UInt8] = []
        while let byte = rest.popFirst(), byte != ASCII.quote {
            let content = byte == ASCII.backslash ? rest.popFirst() : byte
            if let content, !ASCII.isLineEnd(content) { text.append(content) }
        }
        return text
    }

    private mutating func skipBlanks() {
        while let byte = rest.first, ASCII.isWhite(byte) || byte == ASCII.openParenthesis {
            rest.removeFirst()
            if byte == ASCII.openParenthesis { rest.skipComment() }
        }
    }

    /// RFC 2045 section 5.1 without its tspecials.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        guard byte > ASCII.space, byte != 0x7F else { return false }
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
            return false
        default: return true
        }
    }
}
