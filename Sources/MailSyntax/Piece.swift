/// A stretch of an outgoing message: bytes of the message as received, or bytes that we added.
///
/// An edited message is a list of pieces. Received bytes are never rewritten: an edit leaves them
/// where they are and says which of them go out, and what stands between.
public enum Piece: Hashable, Sendable {
    /// These bytes of the message as received.
    case original(Range<Int>)
    /// Bytes that were not in the message.
    case added([UInt8])

    /// The number of bytes the piece stands for.
    public var byteCount: Int {
        switch self {
        case .original(let range): range.count
        case .added(let bytes): bytes.count
        }
    }
}

extension [Piece] {
    /// The bytes that the pieces stand for, of a message of which `message` holds as much as they name.
    public func bytes(of message: [UInt8]) -> [UInt8] {
        flatMap { piece in
            switch piece {
            case .added(let bytes): bytes[...]
            case .original(let range): message[range]
            }
        }
    }

    /// The number of bytes of the message that they make.
    public var byteCount: Int { reduce(0) { $0 + $1.byteCount } }

    /// These pieces of an edited message as pieces of the message that `inner` edited first: the two edits as one.
    public func over(_ inner: [Piece]) -> [Piece] {
        flatMap { piece in
            switch piece {
            case .added: [piece]
            case .original(let range): inner.slice(range)
            }
        }
    }

    /// What of these pieces stands in a range of the message that they make.
    public func slice(_ range: Range<Int>) -> [Piece] {
        var start = 0
        var slice: [Piece] = []
        for piece in self {
            let part = range.clamped(to: start..<start + piece.byteCount)
            if !part.isEmpty { slice.append(piece.part(part.lowerBound - start..<part.upperBound - start)) }
            start += piece.byteCount
        }
        return slice
    }
}

extension Piece {
    /// A stretch of the piece, counted from its begin.
    fileprivate func part(_ range: Range<Int>) -> Piece {
        switch self {
        case .added(let bytes): .added(Array(bytes[range]))
        case .original(let own):
            .original(own.lowerBound + range.lowerBound..<own.lowerBound + range.upperBound)
        }
    }
}
