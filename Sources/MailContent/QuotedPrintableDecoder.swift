/// Takes quoted-printable off bytes that come in windows (RFC 2045 section 6.7).
///
/// What is no escape stays as it is; blanks before a line end are dropped, however many there are.
struct QuotedPrintableDecoder: Sendable {
    /// What stands at the end of the window and cannot be judged yet: blanks, or an escape cut short.
    private var pending: [UInt8] = []

    mutating func decode(_ window: ArraySlice<UInt8>, into output: inout [UInt8]) {
        output.makeRoom(forMore: window.count)
        for byte in window { take(byte, into: &output) }
    }

    mutating func finish(into output: inout [UInt8]) {
        if pending.first == ASCII.equals, pending.count > 1 { output += pending }
        pending = []
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8, into output: inout [UInt8]) {
        if pending.isEmpty, byte > ASCII.space, byte != ASCII.equals {
            output.append(byte)
        } else {
            takeSlowly(byte, into: &output)
        }
    }

    private mutating func takeSlowly(_ byte: UInt8, into output: inout [UInt8]) {
        guard let first = pending.first else {
            if ASCII.isBlank(byte) || byte == ASCII.equals { pending = [byte] } else { output.append(byte) }
            return
        }
        if first == ASCII.equals {
            takeEscape(byte, into: &output)
        } else {
            takeBehindBlanks(byte, into: &output)
        }
    }

    private mutating func takeBehindBlanks(_ byte: UInt8, into output: inout [UInt8]) {
        if ASCII.isBlank(byte) {
            // More than a line may hold is not the work of a gateway: it stays.
            if pending.count == 998 { flush(into: &output) }
            pending.append(byte)
            return
        }
        if !ASCII.isLineEnd(byte) { output += pending }
        pending = []
        take(byte, into: &output)
    }

    /// Behind `=`: two digits, or a line end with or without blanks before it.
    private mutating func takeEscape(_ byte: UInt8, into output: inout [UInt8]) {
        let second = pending.count > 1 ? pending[1] : nil
        if byte == ASCII.lineFeed, second == nil || second.map(ASCII.isWhite) == true {
            pending = []
        } else if let second, let high = ASCII.hexValue(second), let low = ASCII.hexValue(byte) {
            output.append(high << 4 | low)
            pending = []
        } else if second == nil, ASCII.isWhite(byte) || ASCII.hexValue(byte) != nil {
            pending.append(byte)
        } else if second.map(ASCII.isBlank) == true, ASCII.isWhite(byte) {
            pending[1] = byte
        } else {
            flush(into: &output)
            take(byte, into: &output)
        }
    }

    private mutating func flush(into output: inout [UInt8]) {
        output += pending
        pending = []
    }
}
