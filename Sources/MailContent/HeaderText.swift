/// A field's value as a person reads it: on one line, decoded, without blanks at either end.
package enum HeaderText {
    /// The value without line ends and outer blanks (RFC 5228 section 5.7).
    package static func unfolded(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let value = ASCII.trimmed(value)
        return value.contains(where: ASCII.isLineEnd) ? value.filter { !ASCII.isLineEnd($0) } : Array(value)
    }

    /// The same with encoded words as UTF-8 (RFC 2047, RFC 5228 section 2.7.2).
    package static func decoded(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let text = unfolded(value)
        guard text.contains(ASCII.question), text.contains(ASCII.equals) else { return text }
        return Array(ASCII.trimmed(EncodedWord.decode(text)[...]))
    }
}
