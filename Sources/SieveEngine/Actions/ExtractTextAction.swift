import MailContent

/// `extracttext [MODIFIER] [":first" <number>] <variable>`: the text of the part that the loop is at (RFC 5703 section 7).
struct ExtractTextAction: Action, Readable {
    static let name = "extracttext"
    static let capability: Capability? = .extracttext

    private let variable: Variable
    private let modifiers: Modifiers
    private let first: Int?

    init?(_ arguments: inout Arguments) {
        let place = arguments.node.place
        arguments.compilation.demand(.variables, for: "\"extracttext\"", at: place)
        if arguments.compilation.partDepth == 0 {
            arguments.error("\"extracttext\" stands in no \"foreverypart\"", at: place)
        }
        modifiers = Modifiers(&arguments)
        first = arguments.taggedNumber("first")
        arguments.compilation.facts.readsBody = true
        guard let variable = arguments.variable() else { return nil }
        self.variable = variable
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        let limit = run.context.limits.variableByteCount
        let part = run.loops.current
        guard var content = run.message.content, !(try content.structure(&run).parts[part].isContainer) else {
            return run.variables.set(variable, modifiers.applied(to: [], limit: limit))
        }
        var text = try content.content(of: part, as: .text, &run)
        try run.spend(text.count)
        run.message.content = content
        if let first { text = Self.prefix(text, first) }
        run.variables.set(variable, modifiers.applied(to: text, limit: limit))
    }

    /// The first characters.
    private static func prefix(_ text: [UInt8], _ count: Int) -> [UInt8] {
        var (end, left) = (0, count)
        while end < text.count {
            if text[end] & 0xC0 != 0x80 {
                if left == 0 { break }
                left -= 1
            }
            end += 1
        }
        return Array(text[..<end])
    }
}
