/// Reads a message while it is being judged, before it is an entry.
public struct DraftReader: Sendable {
    /// Length of the message.
    public let byteCount: Int
    /// The last bytes, not in the file yet.
    private let rest: [UInt8]
    private let file: DraftFile?

    init(byteCount: Int, rest: [UInt8], file: DraftFile?) {
        self.byteCount = byteCount
        self.rest = rest
        self.file = file
    }

    /// The bytes of the range, which lies within the message. Blocks where they are on the disk.
    public func bytes(_ range: Range<Int>) throws(SpoolError) -> [UInt8] {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= byteCount, "a range lies within the message")
        let written = byteCount - rest.count
        let stored = range.clamped(to: 0..<written)
        let kept = range.clamped(to: written..<byteCount)
        var bytes: [UInt8] = []
        if !stored.isEmpty, let file {
            do throws(DiskError) { bytes = try file.disk.read(stored, of: file.file) } catch {
                throw SpoolError(error)
            }
            guard bytes.count == stored.count else {
                throw .unavailable("a draft is shorter than was written")
            }
        }
        return bytes + rest[(kept.lowerBound - written)..<(kept.upperBound - written)]
    }
}
