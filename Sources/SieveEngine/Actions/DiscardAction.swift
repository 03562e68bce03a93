/// `discard`: without another word the message ends here (RFC 5228 section 4.4).
struct DiscardAction: Action, Readable {
    static let name = "discard"
    static let capability: Capability? = nil

    init?(_ arguments: inout Arguments) {}

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.discard, rule: rule)
    }
}
