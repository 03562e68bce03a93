import COpenSSL
import Glibc

/// The two buffers between an SSL object and whoever carries its bytes.
///
/// A BIO of our own instead of OpenSSL's memory BIO: one copy less each way, and a drained buffer is given back.
/// The SSL object's callbacks find everything of their session here.
final class MemoryPipe {
    /// Ciphertext for the peer.
    private(set) var outbound: [UInt8] = []
    /// Why the peer's certificate was refused, noted while OpenSSL verifies it.
    var refusal: CertificateRefusal?
    /// Where a client's new sessions are remembered; nil at a server.
    let remembered: RememberedSessions?
    /// Under which name.
    let name: String

    private var inbound: [UInt8] = []
    private var inboundOffset = 0
    private var inboundEnded = false

    init(remembered: RememberedSessions?, name: String) {
        self.remembered = remembered
        self.name = name
    }

    var inboundByteCount: Int { inbound.count - inboundOffset }

    func receive(_ ciphertext: UnsafeRawBufferPointer) { inbound.append(contentsOf: ciphertext) }

    /// Makes room at once for what so much plain text becomes, records of 16 KiB each with its frame.
    func expectOutbound(plaintextByteCount count: Int) {
        if outbound.isEmpty { outbound.reserveCapacity(count + (count >> 14 + 1) * 64) }
    }

    func endInput() { inboundEnded = true }

    func takeOutbound() -> [UInt8] {
        let taken = outbound
        outbound = []
        return taken
    }

    /// A BIO whose far end is this pipe. The pipe must outlive it.
    func makeBIO() -> OpaquePointer? {
        guard let method = Self.method, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    /// The pipe that belongs to an SSL object, through its application data.
    static func of(_ ssl: OpaquePointer) -> MemoryPipe? {
        guard let data = shim_SSL_get_app_data(ssl) else { return nil }
        return Unmanaged<MemoryPipe>.fromOpaque(data).takeUnretainedValue()
    }

    private func read(into target: UnsafeMutableRawPointer, count: Int) -> Int {
        let taken = min(count, inboundByteCount)
        guard taken > 0 else { return 0 }
        inbound.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = memcpy(target, base + inboundOffset, taken)
        }
        inboundOffset += taken
        if inboundOffset == inbound.count {
            inbound.removeAll(keepingCapacity: inbound.capacity <= Limits.keptBufferByteCount)
            inboundOffset = 0
        }
        return taken
    }

    /// Immutable once made; OpenSSL only reads it. That makes the sharing safe.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory pipe") else {
            return nil
        }
        BIO_meth_set_read(method) { bio, target, count in
            guard let bio, let target, count > 0, let pipe = MemoryPipe.behind(bio) else { return -1 }
            shim_BIO_clear_retry_flags(bio)
            let taken = pipe.read(into: target, count: Int(count))
            if taken == 0, pipe.inboundEnded { return 0 }
            if taken == 0 { shim_BIO_set_retry_read(bio) }
            return taken == 0 ? -1 : Int32(taken)
        }
        BIO_meth_set_write(method) { bio, source, count in
            guard let bio, let source, count > 0, let pipe = MemoryPipe.behind(bio) else { return -1 }
            shim_BIO_clear_retry_flags(bio)
            pipe.outbound.append(contentsOf: UnsafeRawBufferPointer(start: source, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: return 1
            case BIO_CTRL_EOF: return bio.flatMap(MemoryPipe.behind)?.inboundEnded == true ? 1 : 0
            default: return 0
            }
        }
        return method
    }()

    private static func behind(_ bio: OpaquePointer) -> MemoryPipe? {
        guard let data = BIO_get_data(bio) else { return nil }
        return Unmanaged<MemoryPipe>.fromOpaque(data).takeUnretainedValue()
    }
}
