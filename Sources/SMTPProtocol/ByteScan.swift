import Glibc

extension UnsafeBufferPointer<UInt8> {
    /// The first place of `byte` in `range`, by the C library's vectorised search.
    @inline(__always)
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let base = baseAddress,
            let found = memchr(base + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// How often `byte` stands in `range`; the loop is one that the compiler turns into vector code.
    func count(of byte: UInt8, in range: Range<Int>) -> Int {
        guard !range.isEmpty else { return 0 }
        var total = 0
        for block in stride(from: range.lowerBound, to: range.upperBound, by: 255) {
            var inBlock: UInt8 = 0
            for index in block..<Swift.min(block + 255, range.upperBound) {
                inBlock &+= self[index] == byte ? 1 : 0
            }
            total += Int(inBlock)
        }
        return total
    }

    /// The bytes of `range`, ready to be appended in one copy.
    @inline(__always)
    func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self[range])
    }
}
