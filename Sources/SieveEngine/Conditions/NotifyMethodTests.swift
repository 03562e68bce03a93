/// `valid_notify_method <uris>`: `notify` would take each of them (RFC 5435 section 4).
struct ValidNotifyMethodTest: Condition, Readable {
    static let name = "valid_notify_method"
    static let capability: Capability? = .enotify

    private let methods: [ScriptString]

    init?(_ arguments: inout Arguments) {
        guard let methods = arguments.strings("notification methods") else { return nil }
        self.methods = methods
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        methods.allSatisfy { method in
            // What is wrong with it does not matter here.
            (try? MailtoURI(run.expanded(method))) != nil
        }
    }
}

/// `notify_method_capability [COMPARATOR] [MATCH-TYPE] <uri> <capability> <keys>` (RFC 5435 section 5).
struct NotifyMethodCapabilityTest: Condition, Readable {
    static let name = "notify_method_capability"
    static let capability: Capability? = .enotify

    private let method: ScriptString
    private let item: ScriptString
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        guard let method = arguments.string("a notification method"),
            let item = arguments.string("the name of a capability"), let keys = arguments.keys(matching)
        else { return nil }
        self.method = method
        self.item = item
        self.keys = keys
    }

    /// Of `online` nobody can tell for mail: `maybe`.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let isOnline = ASCII.lowercased(run.expanded(item)[...]) == "online"
        // What is wrong with it does not matter here.
        guard isOnline, (try? MailtoURI(run.expanded(method))) != nil else { return false }
        return try keys.match([Array("maybe".utf8)], in: &run)
    }
}
