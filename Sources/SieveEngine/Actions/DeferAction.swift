/// `defer <text>`: the client is asked to come again. Cancels the implicit keep.
struct DeferAction: Action, Readable {
    static let name = "defer"
    static let capability: Capability? = .deferral

    private let reason: Reason

    init?(_ arguments: inout Arguments) {
        guard let reason = Reason(&arguments) else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.deferral(reason.text(in: run)), rule: rule)
    }
}
