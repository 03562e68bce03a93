/// What Transport bounds.
package enum Limits {
    /// Input that nobody has read yet; beyond it the peer is made to wait.
    package static let bufferedInputByteCount = 64 * 1024
    /// Most that one read gives.
    package static let readByteCount = 64 * 1024
    /// Gathered output that `write` hands over without waiting for a flush.
    static let gatheredOutputByteCount = 64 * 1024
    /// A drained buffer larger than this is given back, so that idle connections are small.
    static let keptBufferByteCount = 4096
    /// How long a send waits for a peer that takes nothing.
    package static let sendPatience = Duration.seconds(300)
    /// How long a close waits for the last bytes to leave and, when lingering, for the peer to end.
    package static let closePatience = Duration.seconds(10)
    /// Connections accepted by the kernel's side that wait for a task; more are closed at once.
    static let unservedConnectionCount = 1024
    /// Connections that wait in the kernel to be accepted.
    package static let backlog = 512
    /// Lookups that wait for a thread of their resolver.
    static let queuedLookupCount = 1024
    /// Addresses of one name that are looked at.
    static let addressCountPerName = 16
    /// Stack of a resolver's thread; glibc's own lookups need some 100 KiB.
    static let resolverStackByteCount = 512 * 1024
    /// Groups of a unix peer that are asked for.
    static let peerGroupCount = 65_536
}
