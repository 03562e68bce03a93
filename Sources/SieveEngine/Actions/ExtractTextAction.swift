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
        if !arguments.compilation.mayBeInLoop {
            arguments.error("\"extracttext\" stands in no \"foreverypart\"", at: place)
        }
        modifiers = Modifiers(&arguments)
        first = arguments.taggedNumber("first")
        arguments.compilation.facts.readsBody = true
        guard let variable = arguments.variable() else { return nil }
        self.variable = variable
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        var text = try text(in: &run)
        if let first { text = Self.prefix(text, first) }
        let limit = run.context.limits.variableByteCount
        run.variables.set(variable, modifiers.applied(to: text, limit: limit))
    }

    /// Empty outside of all loops, where an included script may find itself, and for what holds other parts.
    private func text(in run: inout SieveRun) throws(SieveFault) -> [UInt8] {
        let part = run.loops.current
        guard run.loops.depth > 0, var content = run.message.content,
            !(try content.structure(&run).parts[part].isContainer)
        else { return [] }
        let text = try content.content(of: part, as: .text, &run)
        try run.spend(text.count)
        run.message.content = content
        return text
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
