/// An IP address, or a network of them: `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`.
///
/// An IPv4 address written as IPv6 (`::ffff:10.1.2.3`) is the IPv4 address.
struct IPNetwork: Hashable, Sendable {
    private let bytes: [UInt8]
    private let prefixBitCount: Int

    /// nil: the text is neither.
    init?(_ text: [UInt8]) {
        let parts = text.split(separator: ASCII.slash, maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap(Self.address) else { return nil }
        bytes = address
        let bitCount = address.count * 8
        guard parts.count == 2 else {
            prefixBitCount = bitCount
            return
        }
        guard (1...3).contains(parts[1].count), let bits = Int(String(decoding: parts[1], as: UTF8.self)),
            (0...bitCount).contains(bits)
        else { return nil }
        prefixBitCount = bits
    }

    /// Whether an address of the same family stands in this network.
    func contains(_ other: IPNetwork) -> Bool {
        guard bytes.count == other.bytes.count, other.prefixBitCount >= prefixBitCount else { return false }
        let whole = prefixBitCount / 8
        guard bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        let mask = ~(UInt8.max >> UInt8(prefixBitCount % 8))
        return prefixBitCount % 8 == 0 || bytes[whole] & mask == other.bytes[whole] & mask
    }

    private static func address(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        text.contains(ASCII.colon) ? sixteenBytes(text) : fourBytes(text)
    }

    private static func fourBytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> UInt8? in
            guard (1...3).contains(part.count), part.allSatisfy(ASCII.isDigit) else { return nil }
            return UInt8(String(decoding: part, as: UTF8.self))
        }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }

    private static func sixteenBytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let (before, after) = halves(text)
        guard let front = groups(before), let back = after.map({ groups($0) }) ?? [] else { return nil }
        let missing = 16 - front.count - back.count
        guard after == nil ? missing == 0 : missing >= 0 else { return nil }
        let bytes = front + Array(repeating: 0, count: missing) + back
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }

    /// What stands on either side of `::`.
    private static func halves(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
        for place in text.indices.dropLast()
        where text[place] == ASCII.colon && text[place + 1] == ASCII.colon {
            return (text[..<place], text[(place + 2)...])
        }
        return (text, nil)
    }

    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ASCII.colon, omittingEmptySubsequences: false)
        for (number, part) in parts.enumerated() {
            if number == parts.count - 1, part.contains(ASCII.dot) {
                guard let tail = fourBytes(part) else { return nil }
                bytes += tail
            } else {
                let digits = part.compactMap(ASCII.hexValue)
                guard (1...4).contains(part.count), digits.count == part.count else { return nil }
                let value = digits.reduce(0 as UInt16) { $0 << 4 | UInt16($1) }
                bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
            }
        }
        return bytes
    }
}
