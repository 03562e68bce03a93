/// Every bound on what a script, or a message under its hands, can make the engine hold or do.
enum Limits {
    /// Longest script in bytes.
    static let scriptByteCount = 1 << 20
    /// Blocks within blocks and tests within tests; RFC 5228 section 2.10.5 asks for 15.
    static let nestingDepth = 32
    /// Diagnostics of one script; more are left out, and one says so.
    static let diagnosticCount = 100
    /// Longest value of a field that `addheader` adds, in bytes.
    static let addedValueByteCount = 16 * 1024
    /// Instructions of all scripts on one message and recipient.
    static let stepCount = 1_000_000
    /// Fields that one recipient's scripts may add.
    static let addedFieldCount = 100
    /// Longest header value that a test looks at, in bytes; a longer one is a run-time error, since a
    /// shortened one could hide from a rule what it looks for.
    static let headerValueByteCount = 1 << 20
    /// Longest reason of `reject` and `hold` that is handed on, in bytes.
    static let reasonByteCount = 2048
    /// Lines of one.
    static let reasonLineCount = 32
    /// Longest name of a rule.
    static let ruleNameCharacterCount = 64
    /// Variables of one script; RFC 5229 section 6 asks for 128.
    static let variableCount = 256
    /// Longest name of a variable; RFC 5229 section 6 asks for 32.
    static let variableNameByteCount = 64
    /// Places in one command where variables stand; with the longest value they come to 16 MB.
    static let referenceCount = 256
    /// What a match leaves behind, `${1}` to `${32}`; RFC 5229 section 6 asks for 9.
    static let matchValueCount = 32
    /// Longest identifier that `duplicate` and `overlimit` remember, in bytes; of longer ones the beginning counts.
    static let identifierByteCount = 1024
    /// Longest time that `duplicate` and `overlimit` look back, in seconds.
    static let memorySeconds = 90 * 86_400
    /// What tests may have in memory of a message, decoded, in bytes, and the longest body that one looks at as it is on
    /// the wire; more is a run-time error.
    static let decodedByteCount = 64 << 20
    /// What is read of a message at a time, in bytes.
    static let windowByteCount = 64 * 1024
    /// Edits behind the header of one message: `replace`, `disclaimer`, `filter`.
    static let bodyEditCount = 100
    /// Messages put around a message.
    static let enclosureCount = 8
    /// Boundaries that are tried until one stands nowhere in the message.
    static let boundaryCount = 1000
    /// Arguments of a program.
    static let argumentCount = 64
    /// Longest time of `hold :for`, in seconds.
    static let holdSeconds = 366 * 86_400
    /// Recipients that `redirect :list` may come to.
    static let listRecipientCount = 32
    /// Loops over parts within loops over parts; RFC 5703 section 3 asks for two.
    static let partLoopDepth = 4
    /// Groups of a pattern whose places are told, the first ones; more are groups only.
    static let regexGroupCount = 64
    /// Groups and repeats within each other in a pattern.
    static let regexDepth = 100
    /// Highest count in a bound of a pattern.
    static let regexRepeatCount = 1000
    /// Instructions of a pattern, its bounded repeats written out.
    static let regexInstructionCount = 16_000
    /// States that a pattern may have to be worked out when it is compiled, and the work for that.
    static let regexExploredStateCount = 512
    static let regexExploredWorkCount = 200_000
    /// States that a scan keeps of a pattern that has more; beyond it begins anew.
    static let regexStateCount = 1000
    /// Instructions that one pattern may go through for one text, those that a known state saves apart.
    static let regexWorkCount = 50_000_000
    /// The same to tell the places of groups, where a step costs more.
    static let regexCaptureWorkCount = 10_000_000
    /// Matches of the configuration's patterns that one `detect` looks at.
    static let patternMatchCount = 1000
    /// Different values that the detectors count in one message.
    static let detectionCount = 10_000
    /// Bytes at the end of a field's value in which the semicolon before its date is looked for.
    static let fieldDateByteCount = 200
    /// Keys of one test that are looked for in one pass, in bytes; of more each is looked for by itself.
    static let searchedKeyByteCount = 8192
    /// States of one automaton that looks for keys; more keys go into another.
    static let literalStateCount = 1 << 16
    /// Longest message of `notify`, in bytes.
    static let noticeByteCount = 16 * 1024
    /// Longest subject that a notice gets from a message, in characters.
    static let subjectCharacterCount = 256
    /// Longest line of a text that goes out as it is, in bytes (RFC 5322 section 2.1.1).
    static let plainLineByteCount = 998
    /// Recipients of one notice.
    static let noticeRecipientCount = 16
}

/// Bounds that a host may set otherwise.
public struct SieveLimits: Hashable, Sendable {
    /// Actions that one recipient's scripts may come to, header edits apart.
    public var actionCount = 32
    /// Redirections among them.
    public var redirectCount = 32
    /// Notices among them.
    public var noticeCount = 10
    /// Longest value of a variable, in bytes; a longer one is cut (RFC 5229 section 6 asks for 4,000).
    public var variableByteCount = 64 * 1024
    /// What one run may do: a byte looked at once is 1, and a step of a regular expression more. The default keeps a run
    /// below some seconds, programs apart.
    public var workCount = 2_000_000_000
    /// What the patterns and keys of a script, and of those that it includes, may take in memory, in bytes, roughly.
    public var patternByteCount = 64 << 20
    /// Scripts that include one another, one inside the other.
    public var includeDepth = 10
    /// Scripts included on the way from the first to the last line.
    public var includeCount = 255

    /// The usual bounds.
    public init() {}
}
