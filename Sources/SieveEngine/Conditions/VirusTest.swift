/// `virustest [COMPARATOR] [MATCH-TYPE] <value>` (RFC 5235 section 3.2).
struct VirusTest: Condition, Readable {
    static let name = "virustest"
    static let capability: Capability? = .virustest

    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        guard let keys = arguments.keys(matching, "a value") else { return nil }
        self.keys = keys
    }

    /// 0: nobody looked at it.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let score = run.context.virusScore
        if case .count = keys.type { return try keys.match(score == nil ? [] : [[]], in: &run) }
        return try keys.match([Array("\(score ?? 0)".utf8)], in: &run)
    }
}
