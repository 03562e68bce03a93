/// `set [MODIFIER] <name> <value>` (RFC 5229 section 4).
struct SetAction: Action, Readable {
    static let name = "set"
    static let capability: Capability? = .variables

    private let variable: Variable
    private let value: ScriptString
    private let modifiers: Modifiers

    init?(_ arguments: inout Arguments) {
        modifiers = Modifiers(&arguments)
        guard let variable = arguments.variable(), let value = arguments.string("a value") else { return nil }
        self.variable = variable
        self.value = value
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        let limit = run.context.limits.variableByteCount
        let bytes = run.expanded(value)
        try run.spend(bytes.count)
        run.variables.set(variable, modifiers.applied(to: bytes, limit: limit))
    }
}

extension Arguments {
    /// The name of a variable that is to get a value.
    mutating func variable() -> Variable? {
        guard let name = constant("the name of a variable") else { return nil }
        guard let word = VariableName(name.bytes[...]) else {
            error("\"\(name.string)\" is no name of a variable", at: name.place)
            return nil
        }
        return word.variable(at: name.place, &compilation)
    }
}
