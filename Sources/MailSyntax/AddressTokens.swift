/// The tokens of an address header (RFC 5322 section 3.2) with comments and blanks left out.
struct AddressTokens {
    enum Token: Equatable {
        case atom([UInt8])
        /// The content of a quoted string.
        case quoted([UInt8])
        /// A domain literal with its brackets.
        case literal([UInt8])
        case dot
        case at
        /// `<`
        case open
        /// `>`
        case close
        case colon
        /// `,` or `;`
        case separator
    }

    private var rest: ArraySlice<UInt8>
    /// Where the last token began.
    private(set) var start: Int

    init(_ value: ArraySlice<UInt8>) {
        rest = value
        start = value.startIndex
    }

    /// Behind the last token.
    var end: Int { rest.startIndex }

    mutating func next() -> Token? {
        while let byte = rest.popFirst() {
            start = rest.startIndex - 1
            switch byte {
            case ASCII.openParenthesis: rest.skipComment()
            case ASCII.quote: return .quoted(text(upTo: ASCII.quote))
            case ASCII.openBracket:
                return .literal([ASCII.openBracket] + text(upTo: ASCII.closeBracket) + [ASCII.closeBracket])
            case ASCII.dot: return .dot
            case ASCII.at: return .at
            case ASCII.less: return .open
            case ASCII.greater: return .close
            case ASCII.colon: return .colon
            case ASCII.comma, ASCII.semicolon: return .separator
            default: if Self.isWordByte(byte) { return .atom(atom(byte)) }
            }
        }
        return nil
    }

    private mutating func atom(_ first: UInt8) -> [UInt8] {
        let more = rest.prefix(while: Self.isWordByte)
        rest = rest.dropFirst(more.count)
        return [first] + more
    }

    /// The content up to the closing byte, which is taken too; escapes are undone, line ends dropped.
    private mutating func text(upTo end: UInt8) -> [UInt8] {
        var text: [UInt8] = []
        while let byte = rest.popFirst(), byte != end {
            let content = byte == ASCII.backslash ? rest.popFirst() : byte
            if let content, !ASCII.isControl(content) { text.append(content) }
        }
        return text
    }

    private static func isWordByte(_ byte: UInt8) -> Bool { ASCII.isAtomText(byte) || !ASCII.isASCII(byte) }
}
