/// `exists [":mime" [":anychild"]] <header-names>`: each of them is there (RFC 5228 section 5.5, RFC 5703 section 4.3).
struct ExistsTest: Condition, Readable {
    static let name = "exists"
    static let capability: Capability? = nil

    private let fields: FieldChoice

    init?(_ arguments: inout Arguments) {
        let tags = FieldChoice.Tags(&arguments, allowsIndex: false)
        guard let fields = FieldChoice(tags, &arguments) else { return nil }
        self.fields = fields
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool { try fields.hasAll(in: &run) }
}
