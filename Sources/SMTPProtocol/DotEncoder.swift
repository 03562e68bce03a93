/// Turns message bytes into the lines of DATA, in chunks of any size (RFC 5321 section 4.5.2).
///
/// A dot is doubled after every LF, also a bare one: a server that takes bare LF for a line end must
/// not find an end of data inside a message. All other bytes go out as they are.
public struct DotEncoder: Sendable {
    /// The last two bytes that went out; a message begins as if a line had just ended.
    private var lastBytes = (ASCII.carriageReturn, ASCII.lineFeed)

    /// An encoder for one message.
    public init() {}

    /// Appends the encoded bytes of `input` to `output`.
    public mutating func encode(_ input: ArraySlice<UInt8>, into output: inout [UInt8]) {
        guard let last = input.last else { return }
        input.withUnsafeBufferPointer { bytes in
            if lastBytes.1 == ASCII.lineFeed, bytes[0] == ASCII.dot { output.append(ASCII.dot) }
            var copied = 0
            var next = 0
            while let feed = bytes.firstIndex(of: ASCII.lineFeed, in: next..<bytes.count) {
                next = feed + 1
                guard next < bytes.count, bytes[next] == ASCII.dot else { continue }
                output.append(contentsOf: bytes.bytes(copied..<next))
                output.append(ASCII.dot)
                copied = next
            }
            output.append(contentsOf: bytes.bytes(copied..<bytes.count))
        }
        lastBytes = (input.dropLast().last ?? lastBytes.1, last)
    }

    /// Appends the end of data; a last line without CRLF gets one.
    public mutating func finish(into output: inout [UInt8]) {
        if lastBytes != (ASCII.carriageReturn, ASCII.lineFeed) { output += ASCII.lineEnd }
        output.append(ASCII.dot)
        output += ASCII.lineEnd
    }
}
