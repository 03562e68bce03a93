import MailContent

/// `duplicate [":handle" <handle>] [":header" <field> / ":uniqueid" <value>] [":seconds" <timeout>] [":last"]`
/// (RFC 7352 section 3).
struct DuplicateTest: Condition, Readable {
    static let name = "duplicate"
    static let capability: Capability? = .duplicate

    private let handle: ScriptString?
    private let field: ScriptString?
    private let uniqueID: ScriptString?
    private let seconds: Int
    /// The time counts from the last message, not from the first.
    private let isLast: Bool

    init?(_ arguments: inout Arguments) {
        handle = arguments.taggedString("handle")
        let fieldPlace = arguments.place(ofTag: "header")
        field = arguments.taggedString("header")
        let uniquePlace = arguments.place(ofTag: "uniqueid")
        uniqueID = arguments.taggedString("uniqueid")
        seconds = min(arguments.taggedNumber("seconds") ?? 7 * 86_400, Limits.memorySeconds)
        isLast = arguments.tag("last") != nil
        if let fieldPlace, let uniquePlace {
            arguments.error(
                "\":header\" and \":uniqueid\" exclude each other", at: max(fieldPlace, uniquePlace))
        }
        if let field { FieldNames.check(field, &arguments) }
    }

    /// A message without an identifier is no duplicate of any.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        guard let value = try value(in: run) else { return false }
        let handle = handle.map { run.expanded($0) } ?? []
        let identifier = Array((handle + [0] + value).prefix(Limits.identifierByteCount))
        let hasSeen = run.context.memory?.hasSeen(identifier, withinSeconds: seconds) ?? false
        if !hasSeen || isLast { try run.add(.remember(identifier, seconds: seconds), rule: "") }
        return hasSeen
    }

    private func value(in run: SieveRun) throws(SieveFault) -> [UInt8]? {
        if let uniqueID { return run.expanded(uniqueID) }
        let name = field.map { ASCII.lowercased(run.expanded($0)[...]) } ?? "message-id"
        guard let field = run.header.fields.first(where: { $0.key == name }) else { return nil }
        let text = try run.text(of: field)
        return text.isEmpty ? nil : text
    }
}
