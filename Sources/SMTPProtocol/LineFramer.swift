/// Cuts received bytes into lines that end with CRLF and with nothing else (RFC 5321 section 2.3.8).
///
/// What a line is does not depend on how the bytes were cut into packets. A bare LF ends its line
/// too, so that a client that knows no CRLF is told rather than left waiting, but such a line, like
/// one that holds a bare CR, is reported and never handed out.
public struct LineFramer: Sendable {
    /// What was found at the front of the buffer.
    public enum Framed: Equatable, Sendable {
        /// A good line, without its CRLF.
        case line([UInt8])
        /// A line with a bare CR or LF in it; it was swallowed to its end.
        case bareLineEnd
        /// A line over the limit; it was swallowed to its end.
        case tooLong
    }

    private let limit: Int
    private var buffer: [UInt8] = []
    /// Where the line begins that is not yet handed out.
    private var start = 0
    /// Bytes before this were searched for LF.
    private var searched = 0
    /// Inside a line that is over the limit already.
    private var isSwallowing = false

    /// A framer for lines of at most `limit` bytes, CRLF included.
    public init(limit: Int) { self.limit = limit }

    /// True when no byte waits; must be so before STARTTLS is answered (RFC 3207 section 6).
    public var isEmpty: Bool { start == buffer.count && !isSwallowing }

    /// Takes what the connection brought.
    public mutating func append(_ bytes: [UInt8]) {
        if start == buffer.count {
            buffer = bytes
            searched = 0
        } else {
            buffer.removeFirst(start)
            searched -= start
            buffer.append(contentsOf: bytes)
        }
        start = 0
    }

    /// The next line or violation; nil when more bytes are needed.
    public mutating func next() -> Framed? {
        guard let end = lineFeed() else {
            dropOverlong()
            return nil
        }
        defer { release(through: end) }
        if isSwallowing || end + 1 - start > limit {
            isSwallowing = false
            return .tooLong
        }
        guard end > start, buffer[end - 1] == ASCII.carriageReturn,
            !buffer[start..<end - 1].contains(ASCII.carriageReturn)
        else { return .bareLineEnd }
        return .line(Array(buffer[start..<end - 1]))
    }

    /// Hands over all that was not framed, for the body that follows DATA.
    public mutating func takeBuffered() -> [UInt8] {
        defer {
            buffer = []
            start = 0
            searched = 0
        }
        return start == 0 ? buffer : Array(buffer[start...])
    }

    private mutating func lineFeed() -> Int? {
        let found = buffer.withUnsafeBufferPointer {
            $0.firstIndex(of: ASCII.lineFeed, in: searched..<$0.count)
        }
        searched = found ?? buffer.count
        return found
    }

    /// Keeps memory bounded while a line goes on that will be refused anyway.
    private mutating func dropOverlong() {
        guard isSwallowing || buffer.count - start >= limit else { return }
        isSwallowing = true
        start = buffer.count
        searched = start
    }

    private mutating func release(through end: Int) {
        start = end + 1
        searched = start
        guard start == buffer.count else { return }
        buffer.removeAll(keepingCapacity: true)
        start = 0
        searched = 0
    }
}
