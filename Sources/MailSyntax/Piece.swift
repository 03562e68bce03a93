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
