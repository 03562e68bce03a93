/// What a configuration may grow to.
enum Limits {
    /// The beginning of a word is taken for it from so many letters on.
    static let shortestPrefix = 3
    static let fileByteCount = 1 << 20
    static let nodeDepth = 16
    static let nodeCount = 50_000
    static let secretByteCount = 16 << 10
    /// Certificates, keys, trust stores and scripts.
    static let namedFileByteCount = 4 << 20
    static let findingCount = 200
    /// Names of an alias file, and addresses that one of them stands for.
    static let aliasCount = 10_000
    static let aliasTargetCount = 1000
    /// Names of listeners, credentials and streams.
    static let nameByteCount = 64
    static let headerValueByteCount = 998
    static let patternByteCount = 1000
    static let pathByteCount = 4095
    /// What fits `sun_path` with its NUL (unix(7)).
    static let socketPathByteCount = 107
    /// Characters of a value or key that a finding shows.
    static let shownCharacterCount = 64
    /// Names that a finding lists.
    static let shownNameCount = 10
    /// Most items of a list, and most listeners, credentials or streams; more are a mistake.
    static let itemCount = 1000
    /// Groups of one user.
    static let groupCount = 1024
}
