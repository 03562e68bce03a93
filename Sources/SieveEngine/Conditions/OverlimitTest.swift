/// `overlimit [":per" "message" / "recipient" / "byte"] <key> <max> <seconds>`: with this message more than `max` were
/// counted under the key in the last seconds.
struct OverlimitTest: Condition, Readable {
    static let name = "overlimit"
    static let capability: Capability? = .limit

    private enum Unit: String, CaseIterable {
        case message
        case recipient
        case byte
    }

    private let unit: Unit
    private let key: ScriptString
    private let limit: Int
    private let seconds: Int

    init?(_ arguments: inout Arguments) {
        var unit = Unit.message
        if let word = arguments.taggedConstant("per") {
            if let known = Unit(rawValue: word.string) {
                unit = known
            } else {
                let known = Unit.allCases.map(\.rawValue).joined(separator: ", ")
                arguments.error("unknown unit \"\(word.string)\"; known: \(known)", at: word.place)
            }
        }
        self.unit = unit
        guard let key = arguments.string("a key"), let limit = arguments.number("a limit"),
            let seconds = arguments.number("a time in seconds")
        else { return nil }
        self.key = key
        self.limit = limit
        self.seconds = min(seconds, Limits.memorySeconds)
        if unit == .recipient { arguments.compilation.facts.recipientDetail = .full }
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let key = Array("\(unit.rawValue) ".utf8) + run.expanded(key).prefix(Limits.identifierByteCount)
        let amount = unit == .byte ? run.message.byteCount : 1
        let before = run.context.memory?.count(of: key, withinSeconds: seconds) ?? 0
        let count = SieveCount(
            key: key, amount: amount, seconds: seconds, isPerRecipient: unit == .recipient)
        try run.add(.count(count), rule: "")
        return before + amount > limit
    }
}
