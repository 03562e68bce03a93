/// A field's value as a test compares it: on one line, decoded, without blanks at either end.
enum HeaderText {
    /// The value without line ends and outer blanks (RFC 5228 section 5.7).
    static func unfolded(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let value = trimmed(value)
        return value.contains(ASCII.lineFeed) || value.contains(ASCII.carriageReturn)
            ? value.filter { !ASCII.isLineEnd($0) } : Array(value)
    }

    /// The same with encoded words as UTF-8 (RFC 2047, RFC 5228 section 2.7.2).
    static func decoded(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let text = unfolded(value)
        guard ByteSearch.first([ASCII.equals, ASCII.question], in: text, from: 0) != nil else { return text }
        return Array(trimmed(EncodedWord.decode(text)[...]))
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var value = value.drop(while: ASCII.isWhite)
        while let last = value.last, ASCII.isWhite(last) { value.removeLast() }
        return value
    }
}
