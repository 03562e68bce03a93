/// `keep`: the message goes on to its recipient (RFC 5228 section 4.3).
struct KeepAction: Action, Readable {
    static let name = "keep"
    static let capability: Capability? = nil

    init?(_ arguments: inout Arguments) {}

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.keep, rule: rule)
    }
}
