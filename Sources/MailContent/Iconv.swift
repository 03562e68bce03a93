import Glibc

/// A converter of the C library from some character set to UTF-8.
///
/// A class since it owns what the library gave it, and the library keeps shift states in there.
final class Iconv {
    private let descriptor: iconv_t
    /// A character that the end of the last window cut short.
    private var pending: [UInt8] = []

    init?(_ name: String) {
        guard let descriptor = Self.open(name) else { return nil }
        self.descriptor = descriptor
    }

    deinit { iconv_close(descriptor) }

    static func knows(_ name: String) -> Bool {
        guard let descriptor = open(name) else { return false }
        iconv_close(descriptor)
        return true
    }

    private static func open(_ name: String) -> iconv_t? {
        let descriptor = iconv_open("UTF-8", name)
        return descriptor == iconv_t(bitPattern: -1) ? nil : descriptor
    }

    /// Appends the text; what is no text in this set becomes U+FFFD, byte by byte.
    func decode(_ window: ArraySlice<UInt8>, isLast: Bool, into output: inout [UInt8]) {
        var input = pending + window
        pending = []
        let rest = input.withUnsafeMutableBufferPointer { convert($0, into: &output) }
        guard rest > 0 else { return }
        if isLast { output += Self.replacement } else { pending = Array(input.suffix(rest)) }
    }

    /// The number of bytes at the end that are the begin of a character.
    private func convert(_ input: UnsafeMutableBufferPointer<UInt8>, into output: inout [UInt8]) -> Int {
        guard let base = input.baseAddress, !input.isEmpty else { return 0 }
        return base.withMemoryRebound(to: CChar.self, capacity: input.count) { start in
            var next: UnsafeMutablePointer<CChar>? = start
            var left = input.count
            while left > 0 {
                switch step(&next, &left, into: &output) {
                case EILSEQ:
                    output += Self.replacement
                    next = next.map { $0 + 1 }
                    left -= 1
                case EINVAL: return left
                default: break
                }
            }
            return 0
        }
    }

    /// Converts until the input ends, stops making sense, or a few thousand bytes came out.
    private func step(
        _ next: inout UnsafeMutablePointer<CChar>?, _ left: inout Int, into output: inout [UInt8]
    ) -> Int32 {
        let roomByteCount = 4096
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: roomByteCount) { room in
            var place = room.baseAddress
            var spare = roomByteCount
            let outcome = iconv(descriptor, &next, &left, &place, &spare)
            let code = outcome == -1 ? errno : 0
            output += UnsafeRawBufferPointer(
                rebasing: UnsafeRawBufferPointer(room)[..<(roomByteCount - spare)])
            return code
        }
    }

    private static let replacement = Array("\u{FFFD}".utf8)
}
