/// `exists <header-names>`: each of them is there (RFC 5228 section 5.5).
struct ExistsTest: Condition {
    static let name = "exists"
    static let capability: Capability? = nil

    private let names: [String]

    init?(_ arguments: inout Arguments) {
        guard let names = arguments.fieldNames() else { return nil }
        self.names = names
    }

    func holds(in run: SieveRun) -> Bool {
        names.allSatisfy { name in run.header.fields.contains { $0.key == name } }
    }
}
