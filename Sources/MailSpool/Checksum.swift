/// CRC-32C (Castagnoli), eight bytes a step.
struct Checksum: Sendable {
    private var state: UInt32 = ~0

    var value: UInt32 { ~state }

    mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

    mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    mutating func update(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { update($0) } }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state = Self.table.withUnsafeBufferPointer { table in
            var crc = state
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                let mixed = word ^ UInt64(crc)
                crc = table[1792 | Int(mixed & 0xFF)] ^ table[1536 | Int(mixed >> 8 & 0xFF)]
                crc ^= table[1280 | Int(mixed >> 16 & 0xFF)] ^ table[1024 | Int(mixed >> 24 & 0xFF)]
                crc ^= table[768 | Int(mixed >> 32 & 0xFF)] ^ table[512 | Int(mixed >> 40 & 0xFF)]
                crc ^= table[256 | Int(mixed >> 48 & 0xFF)] ^ table[Int(mixed >> 56)]
                offset += 8
            }
            while offset < bytes.count {
                crc = table[Int((crc ^ UInt32(bytes[offset])) & 0xFF)] ^ crc >> 8
                offset += 1
            }
            return crc
        }
    }

    /// Entry `256 * k + b` is what byte `b` leaves after `k` more zero bytes.
    private static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
            table[byte] = crc
        }
        for index in 256..<table.count {
            let previous = table[index - 256]
            table[index] = previous >> 8 ^ table[Int(previous & 0xFF)]
        }
        return table
    }()
}
