/// `valid_ext_list <names>`: each of these lists is known (RFC 6134 section 2.6).
struct ValidExtListTest: Condition, Readable {
    static let name = "valid_ext_list"
    static let capability: Capability? = .extlists

    private let names: [ScriptString]

    init?(_ arguments: inout Arguments) {
        guard let names = arguments.strings("names of lists") else { return nil }
        self.names = names
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let lists = run.context.lists
        return names.allSatisfy { lists[run.text($0)] != nil }
    }
}
