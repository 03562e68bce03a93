/// The encoding of bytes in 64 letters (RFC 4648 section 4, RFC 2045 section 6.8).
package enum Base64 {
    /// Reads in windows; what is no letter of the alphabet is passed over, and so is what padding leaves.
    struct Decoder: Sendable {
        private var bits: UInt32 = 0
        private var letterCount = 0

        mutating func decode(_ window: ArraySlice<UInt8>, into output: inout [UInt8]) {
            output.makeRoom(forMore: window.count / 4 * 3 + 3)
            var (bits, letterCount) = (bits, letterCount)
            values.withUnsafeBufferPointer { values in
                for byte in window {
                    let value = values[Int(byte)]
                    if value < 64 {
                        bits = bits << 6 | UInt32(value)
                        letterCount += 1
                        if letterCount == 4 {
                            output.append(UInt8(truncatingIfNeeded: bits >> 16))
                            output.append(UInt8(truncatingIfNeeded: bits >> 8))
                            output.append(UInt8(truncatingIfNeeded: bits))
                            letterCount = 0
                        }
                    } else if value == padding {
                        Self.flush(bits, letterCount, into: &output)
                        letterCount = 0
                    }
                }
            }
            (self.bits, self.letterCount) = (bits, letterCount)
        }

        /// Two letters stand for one byte, three for two.
        private static func flush(_ bits: UInt32, _ letterCount: Int, into output: inout [UInt8]) {
            switch letterCount {
            case 2: output.append(UInt8(truncatingIfNeeded: bits >> 4))
            case 3:
                output.append(UInt8(truncatingIfNeeded: bits >> 10))
                output.append(UInt8(truncatingIfNeeded: bits >> 2))
            default: break
            }
        }

        /// Appends what stands behind the last full group, where padding is missing.
        mutating func finish(into output: inout [UInt8]) {
            Self.flush(bits, letterCount, into: &output)
            letterCount = 0
        }
    }

    /// The bytes that a whole text stands for.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var decoder = Decoder()
        decoder.decode(text, into: &output)
        decoder.finish(into: &output)
        return output
    }

    /// Whether the byte may stand in base64, padding included.
    static func isLetter(_ byte: UInt8) -> Bool { values[Int(byte)] <= padding }

    /// The letters for `bytes` on one line.
    static func encode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 3 * 4 + 4)
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.endIndex)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 0x3F] : ASCII.equals)
            }
        }
        return text
    }

    /// The letters for `bytes` on lines of 76 (RFC 2045 section 6.8), each with its CRLF.
    package static func encodeLines(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 57) {
            text += encode(bytes[start..<min(start + 57, bytes.endIndex)]) + ASCII.lineEnd
        }
        return text
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding: UInt8 = 64
    /// The value of each byte; 64 stands for padding, 255 for what is not of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        values[Int(ASCII.equals)] = padding
        return values
    }()
}
