/// `spamtest [":percent"] [COMPARATOR] [MATCH-TYPE] <value>` (RFC 5235 section 3.1).
struct SpamTest: Condition, Readable {
    static let name = "spamtest"
    static let capability: Capability? = .spamtest

    private let isPercent: Bool
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        let percent = arguments.tag("percent")
        isPercent = percent != nil
        if let percent { arguments.compilation.demand(.spamtestplus, for: "\":percent\"", at: percent) }
        let matching = arguments.matching()
        guard let keys = arguments.keys(matching, "a value") else { return nil }
        self.keys = keys
    }

    /// 0: nobody looked at it.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let score = run.context.spamScore
        if case .count = keys.type { return try keys.match(score == nil ? [] : [[]], in: &run) }
        let value = isPercent ? score?.percent : score?.score
        return try keys.match([Array("\(value ?? 0)".utf8)], in: &run)
    }
}
