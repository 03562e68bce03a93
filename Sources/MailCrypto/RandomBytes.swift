import COpenSSL

/// Bytes that nobody can guess.
package enum RandomBytes {
    /// From OpenSSL's generator, which the kernel seeds. A machine without randomness cannot go on.
    package static func make(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = RAND_bytes(&bytes, Int32(count))
        precondition(status == 1, "the system has no random bytes")
        return bytes
    }
}
