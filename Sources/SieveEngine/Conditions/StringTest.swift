/// `string [MATCH-TYPE] [COMPARATOR] <source> <keys>` (RFC 5229 section 5).
struct StringTest: Condition, Readable {
    static let name = "string"
    static let capability: Capability? = .variables

    private let sources: [ScriptString]
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        guard let sources = arguments.strings("texts"), let keys = arguments.keys(matching) else {
            return nil
        }
        self.sources = sources
        self.keys = keys
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        var values = sources.map { run.expanded($0) }
        // An empty text counts as none there.
        if case .count = keys.type { values.removeAll(where: \.isEmpty) }
        return try keys.match(values, in: &run)
    }
}
