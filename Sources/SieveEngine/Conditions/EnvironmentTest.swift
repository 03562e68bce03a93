/// `environment [COMPARATOR] [MATCH-TYPE] <item> <keys>` (RFC 5183 section 4).
struct EnvironmentTest: Condition, Readable {
    static let name = "environment"
    static let capability: Capability? = .environment

    private let item: ScriptString
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        guard let item = arguments.string("the name of an item"), let keys = arguments.keys(matching) else {
            return nil
        }
        self.item = item
        self.keys = keys
    }

    /// Of an item that is not known no test holds.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        guard let value = run.context.environment[ASCII.lowercased(run.expanded(item)[...])] else {
            return false
        }
        // One that is empty counts for nothing.
        return try keys.match(keys.isCounting && value.isEmpty ? [] : [Array(value.utf8)], in: &run)
    }
}
