import Glibc

/// Finds bytes in bytes in linear time, whatever they are.
enum ByteSearch {
    /// Where `part` first begins in `bytes` at or behind `start`.
    static func first(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard !part.isEmpty else { return start }
        guard bytes.count - start >= part.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            part.withUnsafeBufferPointer { part in
                switch guess(part, in: bytes, from: start) {
                case .found(let place): place
                case .missing: nil
                case .tooSlow(let place): table(part, in: bytes, from: place)
                }
            }
        }
    }

    private enum Outcome {
        case found(Int)
        case missing
        /// The bytes are made to be slow to search; up to here the part does not begin.
        case tooSlow(Int)
    }

    /// Goes from one occurrence of the first byte to the next with the C library's vectorised search: fast for all texts
    /// but those made against it.
    private static func guess(
        _ part: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Outcome {
        guard let base = UnsafeRawPointer(bytes.baseAddress), let wanted = UnsafeRawPointer(part.baseAddress)
        else { return .missing }
        var place = start
        var patience = 4 * (bytes.count - start) + 4096
        while bytes.count - place >= part.count {
            let spare = bytes.count - place - part.count + 1
            guard let found = memchr(base + place, Int32(part[0]), spare) else { return .missing }
            if memcmp(found, wanted, part.count) == 0 { return .found(UnsafeRawPointer(found) - base) }
            place = UnsafeRawPointer(found) - base + 1
            patience -= part.count
            guard patience > 0 else { return .tooSlow(place) }
        }
        return .missing
    }

    /// Never looks at a byte again (Knuth, Morris and Pratt).
    private static func table(
        _ part: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        // Of each begin of the part: the longest shorter begin that it ends with.
        var borders = [Int](repeating: 0, count: part.count)
        var length = 0
        for place in 1..<max(1, part.count) {
            while length > 0, part[place] != part[length] { length = borders[length - 1] }
            if part[place] == part[length] { length += 1 }
            borders[place] = length
        }
        length = 0
        for place in start..<bytes.count {
            while length > 0, bytes[place] != part[length] { length = borders[length - 1] }
            if bytes[place] == part[length] { length += 1 }
            if length == part.count { return place + 1 - length }
        }
        return nil
    }
}
