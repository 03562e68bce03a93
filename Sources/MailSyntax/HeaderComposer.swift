/// Writes header fields: one that is read back has the same name and value, and is one field.
public enum HeaderComposer {
    /// The field with its CRLF, folded before blanks where a line would grow over 78 bytes.
    ///
    /// Control characters of the value, line ends first of all, become blanks.
    public static func field(_ name: String, _ value: String) -> [UInt8] {
        precondition(!name.isEmpty && name.utf8.allSatisfy(ASCII.isFieldNameByte), "a field has a good name")
        var field = Array(name.utf8) + [ASCII.colon]
        var lineStart = 0
        var rest = trimmed(value)[...]
        var isFirst = true
        while !rest.isEmpty {
            let word = takeWord(&rest)
            let blank: [UInt8] = isFirst ? [ASCII.space] : []
            if !isFirst, field.count + word.count - lineStart > Limits.foldedLineByteCount {
                field += lineEnd
                lineStart = field.count
            }
            field += blank + word
            isFirst = false
        }
        return field + lineEnd
    }

    static let lineEnd: [UInt8] = [ASCII.carriageReturn, ASCII.lineFeed]

    private static func trimmed(_ value: String) -> [UInt8] {
        var bytes = value.utf8.map { ASCII.isControl($0) && $0 != ASCII.tab ? ASCII.space : $0 }
        while let last = bytes.last, ASCII.isBlank(last) { bytes.removeLast() }
        return Array(bytes.drop(while: ASCII.isBlank))
    }

    /// The blanks at the front and the word behind them.
    private static func takeWord(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = rest
        rest = rest.drop(while: ASCII.isBlank).drop { !ASCII.isBlank($0) }
        return start[..<rest.startIndex]
    }
}
