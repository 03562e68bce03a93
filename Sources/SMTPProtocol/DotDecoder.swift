/// Turns the lines of DATA into message bytes: takes off the transparency dots and finds the end
/// (RFC 5321 section 4.5.2).
///
/// Strict: `CRLF.CRLF` alone ends the data, and a bare CR or LF anywhere is a violation, so no peer
/// before us can have seen another end than we do. Bytes are copied in runs as long as the input allows.
public struct DotDecoder: Sendable {
    /// How far the data is.
    public enum Progress: Equatable, Sendable {
        /// More bytes are needed.
        case more
        /// The end was found; the input holds what follows it.
        case end
        /// A bare CR or LF; nothing of this message may be used.
        case violation
    }

    private enum State {
        case lineStart
        case inLine
        /// The last byte was a CR within a line.
        case afterCR
        /// The line began with a dot, which is not yet passed on.
        case afterDot
        /// The line began with a dot and a CR.
        case afterDotCR
        case ended
        case violated
    }

    private var state = State.lineStart

    /// A decoder for one message.
    public init() {}

    /// Decodes what it can of `input`, takes it off, and appends the message bytes to `output`.
    public mutating func decode(_ input: inout ArraySlice<UInt8>, into output: inout [UInt8]) -> Progress {
        let consumed = input.withUnsafeBufferPointer { decode($0, into: &output) }
        input = input.dropFirst(consumed)
        switch state {
        case .ended: return .end
        case .violated: return .violation
        case .lineStart, .inLine, .afterCR, .afterDot, .afterDotCR: return .more
        }
    }

    /// Steps through the bytes that stand where a state asks for them, and through whole lines between.
    private mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Int {
        var next = 0
        while next < bytes.count {
            switch state {
            case .lineStart where bytes[next] == ASCII.dot:
                state = .afterDot
                next += 1
            case .lineStart, .inLine:
                next = copyLines(bytes, from: next, into: &output)
            case .afterCR:
                guard bytes[next] == ASCII.lineFeed else { return violate(next) }
                output.append(ASCII.lineFeed)
                state = .lineStart
                next += 1
            case .afterDot:
                // The dot is dropped whatever follows it: only CRLF makes it the end.
                state = bytes[next] == ASCII.carriageReturn ? .afterDotCR : .inLine
                if state == .afterDotCR { next += 1 }
            case .afterDotCR:
                guard bytes[next] == ASCII.lineFeed else { return violate(next) }
                state = .ended
                return next + 1
            case .ended, .violated:
                return next
            }
        }
        return next
    }

    private mutating func violate(_ place: Int) -> Int {
        state = .violated
        return place
    }

    /// Copies lines up to one that begins with a dot, or to the last byte; says where it stopped.
    ///
    /// Each LF is seen and must follow a CR; a bare CR shows in the numbers, for then there are more
    /// CRs than LFs. Counting is much cheaper than looking for the next of two bytes.
    private mutating func copyLines(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, into output: inout [UInt8]
    ) -> Int {
        var next = start
        var lineCount = 0
        state = .inLine
        while let feed = bytes.firstIndex(of: ASCII.lineFeed, in: next..<bytes.count) {
            guard feed > start, bytes[feed - 1] == ASCII.carriageReturn else { return violate(feed) }
            lineCount += 1
            next = feed + 1
            if next < bytes.count, bytes[next] == ASCII.dot {
                state = .lineStart
                break
            }
        }
        if state == .inLine { state = stateAtEnd(bytes, lastLine: next) }
        let end = state == .lineStart ? next : bytes.count
        let returns = bytes.count(of: ASCII.carriageReturn, in: start..<end)
        guard returns == lineCount + (state == .afterCR ? 1 : 0) else { return violate(end) }
        output.append(contentsOf: bytes.bytes(start..<end))
        return end
    }

    private func stateAtEnd(_ bytes: UnsafeBufferPointer<UInt8>, lastLine: Int) -> State {
        if lastLine == bytes.count { return .lineStart }
        return bytes[bytes.count - 1] == ASCII.carriageReturn ? .afterCR : .inLine
    }
}
