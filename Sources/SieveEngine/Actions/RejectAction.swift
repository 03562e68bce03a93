/// `reject <reason>`: refused in the SMTP dialogue (RFC 5429 section 2.2).
struct RejectAction: Action, Readable {
    static let name = "reject"
    static let capability: Capability? = .reject

    private let reason: Reason

    init?(_ arguments: inout Arguments) {
        guard let reason = Reason(&arguments) else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.reject(reason.text(in: run)), rule: rule)
    }
}

/// `ereject <reason>`: the same (RFC 5429 section 2.1); a relay never answers with a message of its own.
struct ErejectAction: Action, Readable {
    static let name = "ereject"
    static let capability: Capability? = .ereject

    private let reason: Reason

    init?(_ arguments: inout Arguments) {
        guard let reason = Reason(&arguments) else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.reject(reason.text(in: run)), rule: rule)
    }
}

/// Words for people, which come out on one line.
struct Reason: Sendable {
    private let string: ScriptString

    init?(_ arguments: inout Arguments) {
        guard let string = arguments.string("a reason") else { return nil }
        if let constant = string.constant, constant.count > Limits.reasonByteCount {
            arguments.error("a reason has at most \(Limits.reasonByteCount) bytes", at: string.place)
            return nil
        }
        self.string = string
    }

    func text(in run: SieveRun) -> String {
        let words = run.expanded(string).prefix(Limits.reasonByteCount).split {
            $0 <= ASCII.space || $0 == 0x7F
        }
        return String(decoding: Array(words.joined(separator: [ASCII.space])), as: UTF8.self)
    }
}
