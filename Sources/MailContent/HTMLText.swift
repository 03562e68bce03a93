/// The text of an HTML document as a person reads it, from windows of any size, in one pass.
///
/// Scripts, styles and comments are left out; blanks are drawn together; a block or a line break
/// ends a line, a cell of a table ends in a blank, other tags leave no trace (`se<b>cre</b>t` is one
/// word); references such as `&amp;` are resolved, `&nbsp;` is a blank, `&shy;` and what has no width is nothing.
/// The input is UTF-8 or another set that contains ASCII.
struct HTMLText {
    private enum State {
        case text
        /// Behind `<`.
        case tagOpen
        /// Behind `</`.
        case endTagOpen
        case tagName
        /// Behind the tag's name, outside quotes.
        case attributes
        case quoted(UInt8)
        /// `<!`, `<?`: up to the next `>`, unless two hyphens make it a comment.
        case declaration
        /// Hyphens seen in a row, those of the opening among them.
        case comment(hyphens: Int)
        case entity
        /// Inside `script` or `style`: how much of the end tag was seen.
        case hidden(seen: Int)
    }

    private var state = State.text
    /// Of a tag's name, or of a reference.
    private var name: [UInt8] = []
    private var isEndTag = false
    private var isBehindEquals = false
    private var declarationByteCount = 0
    /// `</script` or `</style`
    private var hiddenEnd: [UInt8] = []
    /// A blank or a line end that the next word needs before it.
    private var gap: UInt8?

    mutating func take(_ window: ArraySlice<UInt8>, into output: inout [UInt8]) {
        output.makeRoom(forMore: window.count / 2)
        for byte in window { take(byte, into: &output) }
    }

    /// An unfinished reference is text; an unfinished tag is not.
    mutating func finish(into output: inout [UInt8]) {
        if case .entity = state { emitEntity(into: &output) }
        if gap == ASCII.lineFeed { output.append(ASCII.lineFeed) }
        state = .text
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8, into output: inout [UInt8]) {
        if case .text = state, gap == nil, byte > ASCII.space, byte != ASCII.less, byte != UInt8(ascii: "&") {
            output.append(byte)
        } else {
            takeSlowly(byte, into: &output)
        }
    }

    private mutating func takeSlowly(_ byte: UInt8, into output: inout [UInt8]) {
        switch state {
        case .text: takeText(byte, into: &output)
        case .tagOpen: takeTagOpen(byte, into: &output)
        case .endTagOpen: takeEndTagOpen(byte)
        case .tagName: takeTagName(byte)
        case .attributes: takeAttributes(byte)
        case .quoted(let quote): if byte == quote { state = .attributes }
        case .declaration: takeDeclaration(byte)
        case .comment(let hyphens): takeComment(byte, hyphens)
        case .entity: takeEntity(byte, into: &output)
        case .hidden(let seen): takeHidden(byte, seen)
        }
    }

    // MARK: Text

    private mutating func takeText(_ byte: UInt8, into output: inout [UInt8]) {
        switch byte {
        case ASCII.less: state = .tagOpen
        case UInt8(ascii: "&"):
            name.removeAll(keepingCapacity: true)
            state = .entity
        case 0...ASCII.space: if gap == nil { gap = ASCII.space }
        default: emit([byte], into: &output)
        }
    }

    private mutating func emit(_ bytes: [UInt8], into output: inout [UInt8]) {
        if let gap, !output.isEmpty || gap == ASCII.space { output.append(gap) }
        gap = nil
        output += bytes
    }

    private mutating func takeEntity(_ byte: UInt8, into output: inout [UInt8]) {
        let goesOn = ASCII.isLetterOrDigit(byte) || byte == UInt8(ascii: "#") && name.isEmpty
        if goesOn, name.count < Limits.entityByteCount {
            name.append(byte)
            return
        }
        state = .text
        let isKnown = emitEntity(into: &output)
        if byte != ASCII.semicolon || !isKnown { take(byte, into: &output) }
    }

    /// The character that `name` refers to, or the reference as it was written.
    @discardableResult
    private mutating func emitEntity(into output: inout [UInt8]) -> Bool {
        guard let scalar = HTMLEntity.scalar(name) else {
            emit([UInt8(ascii: "&")] + name, into: &output)
            return false
        }
        switch scalar.value {
        case 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF: break
        case 0...0x20, 0xA0: if gap == nil { gap = ASCII.space }
        default: emit(UTF8.encode(scalar).map(Array.init) ?? [], into: &output)
        }
        return true
    }

    // MARK: Tags

    private mutating func takeTagOpen(_ byte: UInt8, into output: inout [UInt8]) {
        isEndTag = false
        switch byte {
        case ASCII.slash: state = .endTagOpen
        case UInt8(ascii: "!"), ASCII.question:
            declarationByteCount = 0
            state = .declaration
        default:
            guard ASCII.isLetter(byte) else {
                state = .text
                emit([ASCII.less], into: &output)
                return take(byte, into: &output)
            }
            name = [ASCII.lower(byte)]
            state = .tagName
        }
    }

    private mutating func takeEndTagOpen(_ byte: UInt8) {
        isEndTag = true
        if ASCII.isLetter(byte) {
            name = [ASCII.lower(byte)]
            state = .tagName
        } else {
            declarationByteCount = 2
            state = byte == ASCII.greater ? .text : .declaration
        }
    }

    private mutating func takeTagName(_ byte: UInt8) {
        if byte == ASCII.greater || byte == ASCII.slash || byte <= ASCII.space {
            isBehindEquals = false
            state = .attributes
            takeAttributes(byte)
        } else if name.count < Limits.entityByteCount {
            name.append(ASCII.lower(byte))
        }
    }

    /// A quote opens a value only where one begins, as in a browser.
    private mutating func takeAttributes(_ byte: UInt8) {
        switch byte {
        case ASCII.greater: endTag()
        case ASCII.quote, ASCII.apostrophe:
            if isBehindEquals { state = .quoted(byte) }
            isBehindEquals = false
        case ASCII.equals: isBehindEquals = true
        default: if byte > ASCII.space { isBehindEquals = false }
        }
    }

    private mutating func endTag() {
        state = .text
        if !isEndTag, HTMLTag.isHidden(name) {
            hiddenEnd = [ASCII.less, ASCII.slash] + name
            state = .hidden(seen: 0)
        }
        if HTMLTag.isCell(name) { if gap == nil { gap = ASCII.space } }
        if HTMLTag.isBlock(name) { gap = ASCII.lineFeed }
    }

    // MARK: What is not shown

    private mutating func takeDeclaration(_ byte: UInt8) {
        if byte == ASCII.greater {
            state = .text
        } else if byte == ASCII.hyphen, declarationByteCount < 2 {
            declarationByteCount += 1
            if declarationByteCount == 2 { state = .comment(hyphens: 2) }
        } else {
            declarationByteCount = 2
        }
    }

    private mutating func takeComment(_ byte: UInt8, _ hyphens: Int) {
        switch byte {
        case ASCII.hyphen: state = .comment(hyphens: min(hyphens + 1, 3))
        case ASCII.greater where hyphens >= 2: state = .text
        case UInt8(ascii: "!") where hyphens >= 2: break
        default: state = .comment(hyphens: 0)
        }
    }

    private mutating func takeHidden(_ byte: UInt8, _ seen: Int) {
        if seen == hiddenEnd.count {
            let isEnd = byte == ASCII.greater || byte == ASCII.slash || byte <= ASCII.space
            isEndTag = true
            isBehindEquals = false
            state = isEnd ? .attributes : .hidden(seen: byte == ASCII.less ? 1 : 0)
            if isEnd { takeAttributes(byte) }
        } else if ASCII.lower(byte) == hiddenEnd[seen] {
            state = .hidden(seen: seen + 1)
        } else {
            state = .hidden(seen: byte == ASCII.less ? 1 : 0)
        }
    }
}

/// What a tag does to the text around it.
enum HTMLTag {
    static func isHidden(_ name: [UInt8]) -> Bool { hidden.contains(name) }
    static func isCell(_ name: [UInt8]) -> Bool { cells.contains(name) }
    static func isBlock(_ name: [UInt8]) -> Bool { blocks.contains(name) }

    private static func names(_ text: String) -> Set<[UInt8]> {
        Set(text.utf8.split(separator: 0x20).map(Array.init))
    }
    private static let hidden = names("script style")
    private static let cells = names("td th option")
    private static let blocks = names(
        """
        address article aside blockquote body br center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 \
        h4 h5 h6 head header hr html legend li main nav ol p pre script section select style table tbody textarea \
        tfoot thead title tr ul
        """)
}
