/// A word of a script and where it stands.
struct Token: Equatable {
    enum Kind: Equatable {
        /// In lower case.
        case identifier(String)
        /// Without its colon, in lower case.
        case tag(String)
        case number(Int)
        case string([UInt8])
        case leftBracket
        case rightBracket
        case leftParenthesis
        case rightParenthesis
        case leftBrace
        case rightBrace
        case comma
        case semicolon
        case end
    }

    let kind: Kind
    let place: ScriptPlace

    /// The token as a message names it.
    var shown: String {
        switch kind {
        case .identifier(let name): "\"\(name)\""
        case .tag(let name): "\":\(name)\""
        case .number: "a number"
        case .string: "a string"
        case .leftBracket: "\"[\""
        case .rightBracket: "\"]\""
        case .leftParenthesis: "\"(\""
        case .rightParenthesis: "\")\""
        case .leftBrace: "\"{\""
        case .rightBrace: "\"}\""
        case .comma: "\",\""
        case .semicolon: "\";\""
        case .end: "the end of the script"
        }
    }
}

/// Makes words of a script's bytes (RFC 5228 section 8.1). What is no word is told and passed over.
struct Lexer {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    /// The column is counted on from here, so that a long line is read once.
    private var anchor = 0
    private var anchorColumn = 1
    var diagnostics: Diagnostics
    /// Of the comments so far.
    var ruleNames = RuleNames()

    init(_ bytes: [UInt8], _ diagnostics: Diagnostics) {
        self.bytes = bytes
        self.diagnostics = diagnostics
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            index = 3
            anchor = 3
        }
    }

    mutating func next() -> Token {
        while true {
            skipBlanks()
            let place = place()
            guard index < bytes.count else { return Token(kind: .end, place: place) }
            if let kind = read(at: place) { return Token(kind: kind, place: place) }
        }
    }

    /// The word that begins here; nil when there was none and something was passed over.
    private mutating func read(at place: ScriptPlace) -> Token.Kind? {
        let byte = bytes[index]
        if ASCII.isIdentifierStart(byte) { return identifier(at: place) }
        if ASCII.isDigit(byte) { return number(at: place) }
        index += 1
        switch byte {
        case ASCII.quote: return quotedString(at: place)
        case ASCII.colon: return tag(at: place)
        case UInt8(ascii: "["): return .leftBracket
        case UInt8(ascii: "]"): return .rightBracket
        case UInt8(ascii: "("): return .leftParenthesis
        case UInt8(ascii: ")"): return .rightParenthesis
        case UInt8(ascii: "{"): return .leftBrace
        case UInt8(ascii: "}"): return .rightBrace
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: ";"): return .semicolon
        case ASCII.slash where index < bytes.count && bytes[index] == ASCII.star: skipComment(at: place)
        default: refuse(byte, at: place)
        }
        return nil
    }

    /// One complaint for a run of such bytes.
    private mutating func refuse(_ byte: UInt8, at place: ScriptPlace) {
        while index < bytes.count, bytes[index] >= 0x80 { index += 1 }
        let isShown = (0x21...0x7E).contains(byte)
        let shown = isShown ? "\"\(Character(Unicode.Scalar(byte)))\"" : "a character"
        diagnostics.error("\(shown) has no meaning here", at: place)
    }

    // MARK: Words

    private mutating func word() -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.count, ASCII.isIdentifierByte(bytes[index]) { index += 1 }
        return bytes[start..<index]
    }

    private mutating func identifier(at place: ScriptPlace) -> Token.Kind? {
        let name = ASCII.lowercased(word())
        if name == "text", index < bytes.count, bytes[index] == ASCII.colon {
            index += 1
            return multiLineString(at: place)
        }
        return .identifier(name)
    }

    private mutating func tag(at place: ScriptPlace) -> Token.Kind? {
        if index == bytes.count || !ASCII.isIdentifierStart(bytes[index]) {
            diagnostics.error("a tag needs a name behind its \":\"", at: place)
            skipBlanks()
        }
        return .tag(ASCII.lowercased(word()))
    }

    /// Digits with an optional K, M or G.
    private mutating func number(at place: ScriptPlace) -> Token.Kind? {
        var value = 0 as UInt64
        var isTooLarge = false
        while index < bytes.count, ASCII.isDigit(bytes[index]) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] - 0x30))
            isTooLarge = isTooLarge || overflow || carry
            value = sum
            index += 1
        }
        let suffix = ASCII.lowercased(word())
        guard let factor = (["": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30] as [String: UInt64])[suffix]
        else {
            diagnostics.error("a number ends in K, M or G, not in \"\(suffix)\"", at: place)
            return .number(0)
        }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: factor)
        guard !isTooLarge, !overflow else {
            diagnostics.error("the number is too large", at: place)
            return .number(0)
        }
        return .number(Int(clamping: scaled))
    }

    // MARK: Strings

    private mutating func quotedString(at place: ScriptPlace) -> Token.Kind? {
        var text: [UInt8] = []
        while index < bytes.count, bytes[index] != ASCII.quote {
            if bytes[index] == ASCII.backslash, index + 1 < bytes.count { index += 1 }
            append(bytes[index], to: &text)
            index += 1
        }
        guard index < bytes.count else {
            diagnostics.error("the string that begins here has no closing quote", at: place)
            return .string(text)
        }
        index += 1
        return checked(text, at: place)
    }

    /// `text:` up to a line with one dot; a dot in front of a line is doubled.
    private mutating func multiLineString(at place: ScriptPlace) -> Token.Kind? {
        while index < bytes.count, ASCII.isBlank(bytes[index]) { index += 1 }
        if index < bytes.count, bytes[index] == ASCII.hash { skipLine() }
        if index < bytes.count, bytes[index] == ASCII.carriageReturn { index += 1 }
        if index < bytes.count, bytes[index] != ASCII.lineFeed {
            diagnostics.error("behind \"text:\" the line has to end", at: place)
            skipLine()
        }
        if index < bytes.count { takeLineEnd() }
        var text: [UInt8] = []
        while index < bytes.count {
            var content = takeLine()
            if content.elementsEqual([ASCII.dot]) || content.elementsEqual([ASCII.dot, ASCII.carriageReturn])
            {
                if index < bytes.count { takeLineEnd() }
                return checked(text, at: place)
            }
            if content.starts(with: [ASCII.dot, ASCII.dot]) { content.removeFirst() }
            if content.last == ASCII.carriageReturn { content.removeLast() }
            text += content
            guard index < bytes.count else { break }
            takeLineEnd()
            text += [ASCII.carriageReturn, ASCII.lineFeed]
        }
        diagnostics.error("the text that begins here has no line with a single dot behind it", at: place)
        return .string(text)
    }

    /// Lines in strings end in CRLF, however the file's own lines end (RFC 5228 section 2.4.2).
    private mutating func append(_ byte: UInt8, to text: inout [UInt8]) {
        if byte == ASCII.lineFeed {
            if text.last != ASCII.carriageReturn { text.append(ASCII.carriageReturn) }
            startLine(at: index + 1)
        }
        text.append(byte)
    }

    private mutating func checked(_ text: [UInt8], at place: ScriptPlace) -> Token.Kind {
        if text.contains(0) {
            diagnostics.error("a string holds no NUL", at: place)
        } else if String(validating: text, as: UTF8.self) == nil {
            diagnostics.error("the string is not UTF-8", at: place)
        }
        return .string(text)
    }

    // MARK: Between words

    private mutating func skipBlanks() {
        while index < bytes.count {
            switch bytes[index] {
            case ASCII.space, ASCII.tab, ASCII.carriageReturn: index += 1
            case ASCII.lineFeed: takeLineEnd()
            case ASCII.hash: takeComment()
            default: return
            }
        }
    }

    private mutating func takeComment() {
        let place = place()
        if let name = RuleName(takeLine().dropFirst(), at: place) { ruleNames.add(name) }
    }

    private mutating func skipComment(at place: ScriptPlace) {
        index += 1
        while index + 1 < bytes.count {
            if bytes[index] == ASCII.star, bytes[index + 1] == ASCII.slash {
                index += 2
                return
            }
            if bytes[index] == ASCII.lineFeed { takeLineEnd() } else { index += 1 }
        }
        index = bytes.count
        diagnostics.error("the comment that begins here has no \"*/\" behind it", at: place)
    }

    /// Up to, but not over, the line feed.
    private mutating func skipLine() {
        while index < bytes.count, bytes[index] != ASCII.lineFeed { index += 1 }
    }

    private mutating func takeLine() -> ArraySlice<UInt8> {
        let start = index
        skipLine()
        return bytes[start..<index]
    }

    private mutating func takeLineEnd() {
        index += 1
        startLine(at: index)
    }

    // MARK: Places

    private mutating func startLine(at start: Int) {
        line += 1
        anchor = start
        anchorColumn = 1
    }

    private mutating func place() -> ScriptPlace {
        // Continuation bytes of UTF-8 are no characters of their own.
        for place in anchor..<max(anchor, index) where bytes[place] & 0xC0 != 0x80 { anchorColumn += 1 }
        anchor = max(anchor, index)
        return ScriptPlace(line: line, column: anchorColumn)
    }
}
