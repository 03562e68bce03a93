/// `hold [":tag" <tag>] <reason>`: the message waits until a person releases or drops it. Cancels the
/// implicit keep.
struct HoldAction: Action {
    static let name = "hold"
    static let capability: Capability? = .hold

    private let reason: String
    private let tag: String?

    init?(_ arguments: inout Arguments) {
        tag = arguments.taggedString("tag")?.string
        for later in ["for", "notify"] {
            guard let place = arguments.place(ofTag: later) else { continue }
            _ = arguments.taggedString(later)
            arguments.diagnostics.error("\":\(later)\" is not built in this version", at: place)
        }
        guard let reason = arguments.reason() else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.hold(reason: reason, tag: tag), rule: rule)
    }
}
