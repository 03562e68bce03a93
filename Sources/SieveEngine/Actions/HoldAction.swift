/// `hold [":tag" <tag>] <reason>`: the message waits until a person releases or drops it. Cancels the
/// implicit keep.
struct HoldAction: Action, Readable {
    static let name = "hold"
    static let capability: Capability? = .hold

    private let reason: Reason
    private let tag: ScriptString?

    init?(_ arguments: inout Arguments) {
        tag = arguments.taggedString("tag")
        for later in ["for", "notify"] {
            guard let place = arguments.place(ofTag: later) else { continue }
            _ = arguments.taggedString(later)
            arguments.error("\":\(later)\" is not built in this version", at: place)
        }
        guard let reason = Reason(&arguments) else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.hold(reason: reason.text(in: run), tag: tag.map { run.text($0) }), rule: rule)
    }
}
