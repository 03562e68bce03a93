/// `header [COMPARATOR] [MATCH-TYPE] <header-names> <keys>` (RFC 5228 section 5.7).
struct HeaderTest: Condition {
    static let name = "header"
    static let capability: Capability? = nil

    private let names: [String]
    private let keys: Matcher

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        guard let names = arguments.fieldNames(), let keys = arguments.strings("keys") else { return nil }
        self.names = names
        self.keys = Matcher(matching.type, matching.comparator, keys: keys)
    }

    func holds(in run: SieveRun) throws(SieveFault) -> Bool {
        for field in run.header.fields where names.contains(field.key) {
            if keys.firstMatch(try run.text(of: field)) != nil { return true }
        }
        return false
    }
}
