/// What TLSEngine bounds.
enum Limits {
    /// Names of peers whose last session a client context remembers.
    static let rememberedSessionCount = 256
    /// Certificates of one PEM text that are read.
    static let certificateCount = 1000
    /// A drained buffer larger than this is given back at once, so that idle connections are small.
    static let keptBufferByteCount = 4096
    /// Names of a refused certificate that an error carries.
    static let presentedNameCount = 8
    /// Most that one call of SSL_write takes.
    static let writeByteCount = 1 << 20
}
