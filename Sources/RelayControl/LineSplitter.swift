import Synchronization

/// Cuts a list that comes in chunks into its lines.
final class LineSplitter: Sendable {
    /// A line that no document is as long as.
    struct LineTooLong: Error {}

    private let rest = Mutex<[UInt8]>([])

    /// The lines that are whole now; what follows the last line feed waits for the next chunk.
    func lines(in chunk: [UInt8]) throws(LineTooLong) -> [[UInt8]] {
        let (lines, restCount) = rest.withLock { rest in
            rest += chunk
            var parts = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = Array(parts.removeLast())
            return (parts.map(Array.init), rest.count)
        }
        guard restCount <= Limits.documentByteCount else { throw LineTooLong() }
        return lines
    }
}
