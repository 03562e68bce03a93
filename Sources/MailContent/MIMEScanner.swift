import Glibc
import MailSyntax

/// Finds the parts of a message in one pass over its bytes, which come in windows of any size (RFC 2046).
///
///     var scanner = MIMEScanner()
///     while let window = nextWindow() { scanner.take(window) }
///     let structure = scanner.finish()
///
/// Lines may end in CRLF or LF. A delimiter counts for the innermost multipart whose boundary is the
/// longest that it begins with; a part that a delimiter of an outer one cuts off ends there. A multipart
/// without a boundary is plain bytes. The header of a part ends where that of a message would: at the
/// empty line, or before a line that is no field.
package struct MIMEScanner: Sendable {
    private var parts: PartList
    /// Of the message, the first byte that was not taken yet.
    private var position = 0
    /// What was seen of a line that goes on in the next window.
    private var carried: [UInt8] = []
    private var carriedByteCount = 0
    private var lastByte: UInt8 = 0

    /// A scanner that has seen nothing.
    package init() { parts = PartList() }

    /// Takes the next bytes of the message.
    package mutating func take(_ window: ArraySlice<UInt8>) {
        window.withUnsafeBufferPointer { take($0) }
    }

    /// The parts of what was taken.
    package consuming func finish() -> MIMEStructure {
        if carriedByteCount > 0 {
            let line = carried
            line.withUnsafeBufferPointer {
                parts.line(Line($0, start: position - carriedByteCount, end: position))
            }
        }
        return parts.finish(at: position)
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while start < bytes.count, !parts.wantsNothing {
            let feed = Self.lineFeed(in: bytes, from: start)
            let end = feed.map { $0 + 1 } ?? bytes.count
            if feed != nil, carriedByteCount == 0 {
                let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
                parts.line(Line(line, start: position, end: position + end - start))
                position += end - start
            } else {
                carry(bytes[start..<end], endsLine: feed != nil)
            }
            start = end
        }
        position += bytes.count - start
    }

    private mutating func carry(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, endsLine: Bool) {
        carried += bytes.prefix(max(0, parts.usefulLineByteCount - carried.count))
        carriedByteCount += bytes.count
        position += bytes.count
        if endsLine { endCarriedLine(lastBytes: bytes) }
        lastByte = bytes.last ?? lastByte
    }

    private mutating func endCarriedLine(lastBytes bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let before = bytes.count > 1 ? bytes[bytes.endIndex - 2] : carriedByteCount > 1 ? lastByte : 0
        let start = position - carriedByteCount
        carried.withUnsafeBufferPointer {
            parts.line(
                Line($0, start: start, end: position, endByteCount: before == ASCII.carriageReturn ? 2 : 1))
        }
        carried.removeAll(keepingCapacity: true)
        carriedByteCount = 0
    }

    private static func lineFeed(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(ASCII.lineFeed), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}

/// A line with its end; of a long one only the first bytes.
struct Line {
    let bytes: UnsafeBufferPointer<UInt8>
    let start: Int
    /// Behind the line end; places in the message.
    let end: Int
    /// 2 for CRLF, 1 for LF, 0 for the last line of a message that lacks it.
    let endByteCount: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, start: Int, end: Int, endByteCount: Int) {
        (self.bytes, self.start, self.end, self.endByteCount) = (bytes, start, end, endByteCount)
    }

    /// A line that is there as a whole.
    init(_ bytes: UnsafeBufferPointer<UInt8>, start: Int, end: Int) {
        let hasFeed = bytes.last == ASCII.lineFeed
        let hasReturn = hasFeed && bytes.count > 1 && bytes[bytes.count - 2] == ASCII.carriageReturn
        self.init(bytes, start: start, end: end, endByteCount: hasReturn ? 2 : hasFeed ? 1 : 0)
    }

    var isEmpty: Bool { end - start == endByteCount }
    var beginsWithBlank: Bool { bytes.first.map(ASCII.isBlank) ?? false }

    /// A name, maybe blanks, a colon.
    var isField: Bool {
        let limit = min(bytes.count, Limits.fieldNameByteCount)
        var place = 0
        while place < limit, ASCII.isFieldNameByte(bytes[place]) { place += 1 }
        guard place > 0 else { return false }
        while place < limit, ASCII.isBlank(bytes[place]) { place += 1 }
        return place < limit && bytes[place] == ASCII.colon
    }

    var mayBeDelimiter: Bool {
        bytes.count > 2 && bytes[0] == ASCII.hyphen && bytes[1] == ASCII.hyphen
    }

    /// `--boundary`, whatever follows (RFC 2046 section 5.1.1).
    func isDelimiter(_ boundary: [UInt8]) -> Bool {
        guard bytes.count >= boundary.count + 2, let base = bytes.baseAddress else { return false }
        return boundary.withUnsafeBytes { wanted in
            wanted.baseAddress.map { memcmp(base + 2, $0, wanted.count) == 0 } ?? false
        }
    }

    /// `--boundary--`
    func closes(_ boundary: [UInt8]) -> Bool {
        let place = boundary.count + 2
        return bytes.count >= place + 2 && bytes[place] == ASCII.hyphen && bytes[place + 1] == ASCII.hyphen
    }
}
