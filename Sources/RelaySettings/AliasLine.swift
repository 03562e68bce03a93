/// One line of an alias file, read word by word.
struct AliasLine {
    struct Word: Equatable {
        var text: String
        var place: Place
        /// Another word stands before it, and no comma between the two.
        var followsWithoutComma: Bool
    }

    private let number: Int
    private let start: Int
    private var rest: ArraySlice<UInt8>
    private var isBehindWord = false

    /// The bytes of a line without its line feed; a carriage return at the end belongs to the line end.
    init(_ line: ArraySlice<UInt8>, number: Int) {
        self.number = number
        start = line.startIndex
        rest = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    var isBlankOrComment: Bool {
        let content = rest.drop(while: Self.isBlank)
        return content.isEmpty || content.first == UInt8(ascii: "#")
    }

    /// It goes on with what the line before it says.
    var isContinuation: Bool { rest.first.map(Self.isBlank) ?? false }

    /// Where the next word begins.
    var place: Place {
        let begin = rest.drop(while: Self.isBlank).startIndex
        return Place(line: number, column: begin - start + 1)
    }

    /// The name before the colon, which is taken as well.
    mutating func name() -> String? {
        let name = text { Self.isBlank($0) || $0 == UInt8(ascii: ":") }
        rest = rest.drop(while: Self.isBlank)
        guard !name.isEmpty, rest.popFirst() == UInt8(ascii: ":") else { return nil }
        return name
    }

    /// The next word; commas stand between words.
    mutating func next() -> Word? {
        rest = rest.drop(while: Self.isBlank)
        while rest.first == UInt8(ascii: ",") {
            isBehindWord = false
            rest = rest.dropFirst().drop(while: Self.isBlank)
        }
        guard !rest.isEmpty else { return nil }
        let (place, follows) = (place, isBehindWord)
        isBehindWord = true
        let text = text { Self.isBlank($0) || $0 == UInt8(ascii: ",") }
        return Word(text: text, place: place, followsWithoutComma: follows)
    }

    /// The text up to a byte that ends it, unless it stands in quotes.
    private mutating func text(endsAt isEnd: (UInt8) -> Bool) -> String {
        let begin = rest
        var isQuoted = false
        while let byte = rest.first, isQuoted || !isEnd(byte) {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: "\\"), isQuoted { rest = rest.dropFirst() }
        }
        return String(decoding: begin[..<rest.startIndex], as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
