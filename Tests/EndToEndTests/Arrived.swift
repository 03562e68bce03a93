/// A message as it arrived: what the servers on the way wrote in front, and the rest.
struct Arrived {
    /// The names of the fields in front of the message that was sent, in lower case.
    let trace: [String]
    /// Whether the rest is the message that was sent, byte for byte.
    let isExact: Bool
    /// Whether that much can be said of what follows the header.
    let isBodyExact: Bool

    /// The fields that servers may write in front of a message.
    static let traceFields: Set = ["return-path", "x-original-to", "delivered-to", "envelope-to", "received"]

    /// Splits what arrived, at the length of what was sent.
    init(_ bytes: [UInt8], sent: [UInt8]) {
        isExact = bytes.count >= sent.count && bytes.suffix(sent.count).elementsEqual(sent)
        let body = sent.dropFirst(Self.headerByteCount(of: sent))
        isBodyExact = bytes.count >= body.count && bytes.suffix(body.count).elementsEqual(body)
        let front = bytes.dropLast(sent.count).split(separator: 0x0A)
        trace = front.filter { $0.first != 0x20 && $0.first != 0x09 }
            .map { String(decoding: $0.prefix { $0 != 0x3A }, as: UTF8.self).lowercased() }
    }

    /// Up to the empty line; all of a message that has none.
    private static func headerByteCount(of bytes: [UInt8]) -> Int {
        let ends = [[0x0A, 0x0A], [0x0D, 0x0A, 0x0D, 0x0A]] as [[UInt8]]
        return ends.compactMap { bytes.firstRange(of: $0)?.lowerBound }.min() ?? bytes.count
    }

    /// Whether the message is whole and unchanged behind nothing but trace fields.
    var isFaithful: Bool { isExact && trace.allSatisfy(Arrived.traceFields.contains) }

    /// The value of the first field of a name, up to its line's end.
    static func field(_ name: String, in bytes: [UInt8]) -> String? {
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            if text.isEmpty { return nil }
            if text.lowercased().hasPrefix(name.lowercased() + ": ") {
                return String(text.dropFirst(name.count + 2))
            }
        }
        return nil
    }
}
