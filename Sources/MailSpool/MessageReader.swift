/// Reads an outgoing message, or the message as received, in windows; edits are in their places.
public final class MessageReader: Sendable {
    /// Length of the message.
    public let byteCount: Int
    private let pieces: [StoredPiece]
    private let view: FileView
    private let file: EntryFile
    private let pool: DiskPool

    init(_ opened: SpoolFolder.Opened, _ pieces: [StoredPiece]?, pool: DiskPool) {
        let whole = StoredPiece(isOriginal: true, range: 0..<opened.stored.entry.messageByteCount)
        self.pieces = pieces ?? [whole]
        byteCount = self.pieces.reduce(0) { $0 + $1.range.count }
        view = opened.view
        file = opened.file
        self.pool = pool
    }

    /// The bytes of the range, which lies within the message. Ask for a window, not for everything.
    public func read(_ range: Range<Int>) async throws(SpoolError) -> [UInt8] {
        if view.isWhole { return try bytes(range) }
        return try await pool.run(.records) { [self] () throws(SpoolError) in try bytes(range) }
    }

    /// As `read`, on a thread that may wait for the disk.
    public func bytes(_ range: Range<Int>) throws(SpoolError) -> [UInt8] {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= byteCount, "a range lies within the message")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var start = 0
        for piece in pieces {
            let wanted = range.clamped(to: start..<start + piece.range.count)
            if !wanted.isEmpty {
                let offset = piece.range.lowerBound + wanted.lowerBound - start
                do throws(ReadError) { bytes += try view.bytes(offset..<offset + wanted.count) } catch {
                    throw .unavailable("a message cannot be read: \(error)")
                }
            }
            start += piece.range.count
            if start >= range.upperBound { break }
        }
        return bytes
    }
}

/// A share that was taken for an attempt, with the beginning of its message.
public struct Claim: Sendable {
    /// The transaction.
    public let entry: Entry
    /// The share as it stands.
    public let share: Share
    /// The first bytes of the outgoing message; all of a short one.
    public let front: [UInt8]
    /// The outgoing message.
    public let reader: MessageReader
}
