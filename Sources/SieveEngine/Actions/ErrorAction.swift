/// `error <message>`: the script itself finds that it cannot go on (RFC 5463 section 5).
struct ErrorAction: Action, Readable {
    static let name = "error"
    static let capability: Capability? = .ihave

    private let message: ScriptString

    init?(_ arguments: inout Arguments) {
        guard let message = arguments.string("a message") else { return nil }
        self.message = message
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        throw .raised(run.text(message))
    }
}
