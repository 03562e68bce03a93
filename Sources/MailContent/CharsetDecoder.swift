/// Turns text of a character set into UTF-8; the text comes in windows.
struct CharsetDecoder {
    private enum Way {
        /// The characters for the bytes from 0x80 on.
        case table([UInt16])
        case library(Iconv)
    }

    private let way: Way

    /// nil: the text is UTF-8 as it is, or of a set that is not known.
    init?(_ charset: Charset?) {
        switch charset?.kind {
        case .none, .utf8: return nil
        case .table(let table): way = .table(table)
        case .library(let name):
            guard let library = Iconv(name) else { return nil }
            way = .library(library)
        }
    }

    /// Appends what the window stands for; a character cut short waits for the next one.
    mutating func decode(_ window: ArraySlice<UInt8>, isLast: Bool, into output: inout [UInt8]) {
        switch way {
        case .table(let table): Self.decode(window, by: table, into: &output)
        case .library(let library): library.decode(window, isLast: isLast, into: &output)
        }
    }

    private static func decode(
        _ window: ArraySlice<UInt8>, by table: [UInt16], into output: inout [UInt8]
    ) {
        output.makeRoom(forMore: window.count + window.count / 8)
        table.withUnsafeBufferPointer { table in
            for byte in window {
                guard byte >= 0x80 else {
                    output.append(byte)
                    continue
                }
                append(table[Int(byte & 0x7F)], to: &output)
            }
        }
    }

    /// The tables hold characters of two and three bytes.
    @inline(__always)
    private static func append(_ number: UInt16, to output: inout [UInt8]) {
        if number < 0x800 {
            output.append(0xC0 | UInt8(truncatingIfNeeded: number >> 6))
        } else {
            output.append(0xE0 | UInt8(truncatingIfNeeded: number >> 12))
            output.append(0x80 | UInt8(truncatingIfNeeded: number >> 6) & 0x3F)
        }
        output.append(0x80 | UInt8(truncatingIfNeeded: number) & 0x3F)
    }
}
