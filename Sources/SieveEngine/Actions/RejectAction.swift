/// `reject <reason>`: refused in the SMTP dialogue (RFC 5429 section 2.2).
struct RejectAction: Action {
    static let name = "reject"
    static let capability: Capability? = .reject

    private let reason: String

    init?(_ arguments: inout Arguments) {
        guard let reason = arguments.reason() else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.reject(reason), rule: rule)
    }
}

/// `ereject <reason>`: the same (RFC 5429 section 2.1); a relay never answers with a message of its own.
struct ErejectAction: Action {
    static let name = "ereject"
    static let capability: Capability? = .ereject

    private let reason: String

    init?(_ arguments: inout Arguments) {
        guard let reason = arguments.reason() else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.reject(reason), rule: rule)
    }
}

extension Arguments {
    /// Words for people, on one line.
    mutating func reason() -> String? {
        guard let text = string("a reason") else { return nil }
        guard text.bytes.count <= Limits.reasonByteCount else {
            diagnostics.error("a reason has at most \(Limits.reasonByteCount) bytes", at: text.place)
            return nil
        }
        let words = text.bytes.split { $0 <= ASCII.space || $0 == 0x7F }
        return String(decoding: Array(words.joined(separator: [ASCII.space])), as: UTF8.self)
    }
}
