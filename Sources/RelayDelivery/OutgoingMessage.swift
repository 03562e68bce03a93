import MailSpool
import MailSyntax

/// A message as it leaves, in windows: never more of it is in memory than one of them.
struct OutgoingMessage: Sendable {
    /// The `original` ranges refer to the message of the share.
    let pieces: [Piece]
    let byteCount: Int
    private let source: ShareMessage

    init(_ pieces: [Piece], of source: ShareMessage) {
        self.pieces = pieces
        self.source = source
        byteCount = pieces.reduce(0) { $0 + $1.byteCount }
    }

    /// A message that lies in memory and in no spool.
    init(_ pieces: [Piece], over bytes: [UInt8]) {
        self.init(pieces, of: ShareMessage(front: bytes))
    }

    func windows() -> Windows { Windows(pieces: pieces, source: source) }

    /// Whether any byte is above 127; reads up to the first.
    func isEightBit() async throws(DialogueError) -> Bool {
        var windows = windows()
        while !windows.isAtEnd {
            if try await windows.next().contains(where: { $0 > 0x7F }) { return true }
        }
        return false
    }

    /// Walks over the pieces.
    struct Windows: Sendable {
        private let pieces: [Piece]
        private let source: ShareMessage
        private var index = 0
        /// What of the piece at `index` was read.
        private var offset = 0

        fileprivate init(pieces: [Piece], source: ShareMessage) {
            self.pieces = pieces
            self.source = source
        }

        var isAtEnd: Bool { index == pieces.count }

        /// The next bytes, at most `Limits.windowByteCount`; none at the end.
        mutating func next() async throws(DialogueError) -> [UInt8] {
            var window: [UInt8] = []
            while !isAtEnd, window.count < Limits.windowByteCount {
                let taken = min(pieces[index].byteCount - offset, Limits.windowByteCount - window.count)
                switch pieces[index] {
                case .added(let bytes): window += bytes[offset..<offset + taken]
                case .original(let range):
                    let start = range.lowerBound + offset
                    try await source.append(start..<start + taken, to: &window)
                }
                offset += taken
                if offset == pieces[index].byteCount { (index, offset) = (index + 1, 0) }
            }
            return window
        }
    }
}

/// The bytes of a share's message, edits of the policy applied: the front in memory, the rest on disk.
struct ShareMessage: Sendable {
    let front: [UInt8]
    let byteCount: Int
    /// nil: the front is all there is.
    private let reader: MessageReader?

    init(front: [UInt8], reader: MessageReader) {
        self.front = front
        self.reader = reader
        byteCount = reader.byteCount
    }

    init(front: [UInt8]) {
        self.front = front
        reader = nil
        byteCount = front.count
    }

    /// At least the header, unless it is longer than is read of any.
    func header() async throws(DialogueError) -> [UInt8] {
        var bytes = front
        while bytes.count < min(byteCount, Limits.headerByteCount),
            HeaderBlock(bytes).bodyOffset >= bytes.count
        {
            let end = min(bytes.count + Limits.windowByteCount, byteCount)
            try await append(bytes.count..<end, to: &bytes)
        }
        return bytes
    }

    func append(_ range: Range<Int>, to bytes: inout [UInt8]) async throws(DialogueError) {
        let inFront = range.clamped(to: 0..<front.count)
        bytes += front[inFront]
        let onDisk = range.clamped(to: min(front.count, range.upperBound)..<range.upperBound)
        guard let reader, !onDisk.isEmpty else { return }
        do throws(SpoolError) { bytes += try await reader.read(onDisk) } catch { throw .spool(error) }
    }
}
