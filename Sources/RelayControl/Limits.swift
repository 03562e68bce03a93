/// The bounds of this module.
enum Limits {
    /// The largest request body; a selection of thousands of IDs fits.
    static let requestBodyByteCount = 256 * 1024
    /// IDs in one request.
    static let selectedIDCount = 10_000
    /// Longest text of an operator: a reason, a pattern, a name.
    static let textByteCount = 500
    /// Longest name that is told of who stands behind root.
    static let operatorNameByteCount = 64
    /// Bytes of a list gathered into one chunk of the answer.
    static let chunkByteCount = 32 * 1024
    /// The longest line and the largest single document that a command reads from the daemon.
    static let documentByteCount = 16 * 1024 * 1024
    /// Bytes of a group's record in the system's data base.
    static let groupRecordByteCount = 1024 * 1024
    /// Bytes of a user's record in the system's data base.
    static let userRecordByteCount = 64 * 1024
    /// How long a command waits for the daemon's next bytes.
    static let answerTimeout = Duration.seconds(60)
}
