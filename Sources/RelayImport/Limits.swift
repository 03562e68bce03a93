/// What a store of another system can make this module read or remember.
enum Limits {
    /// Messages of one store.
    static let itemCount = 5_000_000
    /// Bytes of a file that are read at once.
    static let windowByteCount = 256 << 10
    /// An envelope file of emailrelay.
    static let envelopeByteCount = 1 << 20
    /// What postcat prints beside the message: the envelope, and its records once more.
    static let postcatByteCount = 16 << 20
    /// Folders within a folder of a Postfix queue (`hash_queue_depth`).
    static let queueFolderDepth = 4
    /// The list of what was taken.
    static let doneByteCount = 1 << 30
}
