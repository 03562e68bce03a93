import Synchronization

/// Cuts a list that comes in chunks into its lines.
final class LineSplitter: Sendable {
    /// A line that no document is as long as.
    struct LineTooLong: Error {}

    /// What came behind the last line feed.
    private let rest = Mutex<[UInt8]>([])

    /// The lines that are whole now.
    func lines(in chunk: [UInt8]) throws(LineTooLong) -> [[UInt8]] {
        try rest.withLock { rest throws(LineTooLong) in
            var lines: [[UInt8]] = []
            var tail = chunk[...]
            while let end = tail.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(rest + tail[..<end])
                rest = []
                tail = tail[(end + 1)...]
            }
            guard rest.count + tail.count <= Limits.documentByteCount else { throw LineTooLong() }
            rest += tail
            return lines
        }
    }
}
