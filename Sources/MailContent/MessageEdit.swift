package import MailSyntax

/// Bytes that take the place of a range of the message; an empty range for an insertion.
package struct MessageEdit: Hashable, Sendable {
    /// Places in the message as received.
    package let range: Range<Int>
    /// What goes out instead.
    package let bytes: [UInt8]

    /// An edit.
    package init(_ range: Range<Int>, _ bytes: [UInt8]) {
        self.range = range
        self.bytes = bytes
    }
}

extension [MessageEdit] {
    /// The message of so many bytes with these edits; of two that overlap the one that begins first counts.
    package func pieces(ofMessage byteCount: Int) -> [Piece] {
        var pieces: [Piece] = []
        var place = 0
        for edit in sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
        where edit.range.lowerBound >= place && edit.range.upperBound <= byteCount {
            if place < edit.range.lowerBound { pieces.append(.original(place..<edit.range.lowerBound)) }
            if !edit.bytes.isEmpty { pieces.append(.added(edit.bytes)) }
            place = edit.range.upperBound
        }
        if place < byteCount { pieces.append(.original(place..<byteCount)) }
        return pieces
    }
}
