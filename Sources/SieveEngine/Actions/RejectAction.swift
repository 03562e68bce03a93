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
        try run.add(.reject(reason.lines(in: run)), rule: rule)
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
        try run.add(.reject(reason.lines(in: run)), rule: rule)
    }
}

/// Words for people.
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

    /// On one line.
    func text(in run: SieveRun) -> String { lines(in: run).joined(separator: " ") }

    /// In the lines of the script, as far as there is anything in them; at least one. What is beyond the last that a
    /// reason may have stands in that.
    func lines(in run: SieveRun) -> [String] {
        let text = run.expanded(string).prefix(Limits.reasonByteCount)
        let lines = text.split(maxSplits: Limits.reasonLineCount - 1, whereSeparator: ASCII.isLineEnd)
            .map(Self.line).filter { !$0.isEmpty }
        return lines.isEmpty ? [""] : lines
    }

    /// One blank stands for all between two words: no control character reaches a dialogue.
    private static func line(_ text: ArraySlice<UInt8>) -> String {
        let words = text.split { $0 <= ASCII.space || $0 == 0x7F }
        return String(decoding: Array(words.joined(separator: [ASCII.space])), as: UTF8.self)
    }
}
