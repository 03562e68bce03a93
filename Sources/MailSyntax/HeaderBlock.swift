/// The header fields at the front of a message as places in its bytes (RFC 5322 section 2.2).
///
/// Reads the bytes once and keeps none of them. Of the body it knows where it begins.
public struct HeaderBlock: Sendable {
    /// One field with all its continuation lines.
    public struct Field: Hashable, Sendable {
        /// The name as written.
        public let name: String
        /// The whole field, folding and final CRLF included.
        public let range: Range<Int>
        /// From behind the colon up to the final CRLF, which it leaves out.
        public let valueRange: Range<Int>
    }

    /// The fields from the top.
    public let fields: [Field]
    /// Where the fields end: the place of the empty line, or of the body if there is none.
    public let byteCount: Int
    /// The first byte of the body, behind the empty line.
    public let bodyOffset: Int

    /// Reads the header in `bytes`, which begin with the message and hold at least its header. A line
    /// that is no field ends the header and begins the body.
    public init(_ bytes: [UInt8]) {
        var reader = Reader()
        bytes.withUnsafeBufferPointer { reader.read($0) }
        fields = reader.fields
        byteCount = reader.end
        bodyOffset = reader.bodyOffset
    }

    /// The fields of this name in their order; case does not matter.
    public func fields(named name: String) -> [Field] { fields.filter { ASCII.equal($0.name, name) } }

    /// The topmost field of this name.
    public func first(named name: String) -> Field? { fields.first { ASCII.equal($0.name, name) } }

    /// A value on one line: without the line ends of folding and without blanks at either end; what is
    /// not UTF-8 is repaired.
    public static func unfold(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes.drop(while: isBlankOrLineEnd)
        while let last = bytes.last, isBlankOrLineEnd(last) { bytes.removeLast() }
        guard bytes.contains(ASCII.lineFeed) else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: bytes.filter { !isLineEnd($0) }, as: UTF8.self)
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool {
        byte == ASCII.lineFeed || byte == ASCII.carriageReturn
    }

    private static func isBlankOrLineEnd(_ byte: UInt8) -> Bool { ASCII.isBlank(byte) || isLineEnd(byte) }
}

extension HeaderBlock {
    /// The one pass over the bytes: from LF to LF.
    private struct Reader {
        var fields: [Field] = []
        var end = 0
        var bodyOffset = 0

        mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
            while let colon = colon(bytes) {
                let fieldEnd = endOfField(bytes)
                let nameEnd = nameEnd(bytes, before: colon)
                fields.append(
                    Field(
                        name: String(decoding: bytes[end..<nameEnd], as: UTF8.self), range: end..<fieldEnd,
                        valueRange: colon + 1..<max(colon + 1, withoutLineEnd(bytes, fieldEnd))))
                end = fieldEnd
            }
            bodyOffset = end + emptyLineByteCount(bytes)
        }

        /// The place of the colon, if a field begins at `end`: a name, maybe blanks, a colon.
        private func colon(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
            guard fields.count < Limits.headerFieldCount else { return nil }
            let limit = min(bytes.count, end + Limits.fieldNameByteCount)
            var place = end
            while place < limit, ASCII.isFieldNameByte(bytes[place]) { place += 1 }
            guard place > end else { return nil }
            while place < limit, ASCII.isBlank(bytes[place]) { place += 1 }
            return place < limit && bytes[place] == ASCII.colon ? place : nil
        }

        private func nameEnd(_ bytes: UnsafeBufferPointer<UInt8>, before colon: Int) -> Int {
            var nameEnd = colon
            while ASCII.isBlank(bytes[nameEnd - 1]) { nameEnd -= 1 }
            return nameEnd
        }

        /// Behind the last line of the field: lines that begin with a blank belong to it.
        private func endOfField(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
            var next = end
            repeat {
                guard let feed = bytes.firstIndex(of: ASCII.lineFeed, in: next..<bytes.count) else {
                    return bytes.count
                }
                next = feed + 1
            } while next < bytes.count && ASCII.isBlank(bytes[next])
            return next
        }

        private func withoutLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ fieldEnd: Int) -> Int {
            guard bytes[fieldEnd - 1] == ASCII.lineFeed else { return fieldEnd }
            return fieldEnd > 1 && bytes[fieldEnd - 2] == ASCII.carriageReturn ? fieldEnd - 2 : fieldEnd - 1
        }

        private func emptyLineByteCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
            guard end < bytes.count else { return 0 }
            if bytes[end] == ASCII.lineFeed { return 1 }
            guard bytes[end] == ASCII.carriageReturn, end + 1 < bytes.count else { return 0 }
            return bytes[end + 1] == ASCII.lineFeed ? 2 : 0
        }
    }
}
