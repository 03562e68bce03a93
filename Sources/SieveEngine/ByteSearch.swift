import Glibc

/// Finds bytes in bytes with the C library's vectorised search and comparison.
enum ByteSearch {
    /// Where `part` first begins in `bytes` at or behind `start`.
    static func first(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let head = part.first else { return start }
        return bytes.withUnsafeBytes { bytes in
            part.withUnsafeBytes { part in
                guard let base = bytes.baseAddress, let wanted = part.baseAddress else { return nil }
                var place = start
                while bytes.count - place >= part.count {
                    let spare = bytes.count - place - part.count + 1
                    guard let found = memchr(base + place, Int32(head), spare) else { return nil }
                    if memcmp(found, wanted, part.count) == 0 { return UnsafeRawPointer(found) - base }
                    place = UnsafeRawPointer(found) - base + 1
                }
                return nil
            }
        }
    }
}
