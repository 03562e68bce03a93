/// What work costs beside a byte that is looked at once.
enum WorkCost {
    /// A byte of a message that is taken apart.
    static let structure = 2
    /// A byte that is decoded: its transfer encoding, its character set, the tags around it, the archive it is in.
    static let decoding = 8
    /// A step of a regular expression through a state that is not known yet.
    static let regexStep = 8
    /// The same where the places of groups are told.
    static let captureStep = 64
    /// A pattern that is compiled while the script runs.
    static let regexPattern = 2_000_000
    /// A byte that the detectors look at.
    static let detection = 16
    /// An instruction of a script.
    static let step = 100
    /// A header field that is looked at, its name apart.
    static let field = 16
}

/// How much work a run has done; in bytes looked at once, or what takes as long.
struct WorkBudget: Sendable {
    /// What it may come to.
    var limit: Int
    private(set) var spent = 0

    init(limit: Int) { self.limit = limit }

    var left: Int { max(0, limit - spent) }

    mutating func spend(_ amount: Int) throws(SieveFault) {
        spent += max(0, amount)
        guard spent <= limit else { throw .tooMuchWork }
    }
}
