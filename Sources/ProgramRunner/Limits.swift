/// What a program may take, and what is taken of it.
enum Limits {
    /// Bytes of memory of one process.
    static let memoryByteCount: UInt = 2 << 30
    /// Processes of the daemon's user, those of the daemon among them; root is not bound by it.
    static let processCount: UInt = 512
    /// Open files of one process.
    static let fileCount: UInt = 256
    /// Between the request to end and the end.
    static let grace = Duration.seconds(2)
    /// What is kept of the words of a program that fails.
    static let complaintByteCount = 1000
    /// Arguments of a program and bytes of them all.
    static let argumentCount = 256
    static let argumentByteCount = 64 << 10
    /// Bytes read or written at once.
    static let windowByteCount = 64 << 10
}
