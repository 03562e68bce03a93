/// Checks a script's tree and makes the program of it (RFC 5228 sections 3 to 5).
struct Validator {
    private let options: CompileOptions
    private var capabilities: Set<Capability> = []
    private(set) var diagnostics: Diagnostics
    private(set) var program = ProgramBuilder()
    private(set) var facts = ScriptFacts()

    init(_ options: CompileOptions, _ diagnostics: Diagnostics) {
        self.options = options
        self.diagnostics = diagnostics
    }

    mutating func validate(_ commands: [Node]) {
        let isRequire = { (node: Node) in node.name == "require" }
        let body = commands.drop(while: isRequire)
        for node in commands.prefix(while: isRequire) { require(node) }
        validate(block: Array(body))
    }

    /// The commands of a block; `elsif` and `else` belong to the `if` before them.
    private mutating func validate(block: [Node]) {
        var rest = block[...]
        while let node = rest.popFirst() {
            switch node.name {
            case "if":
                let branches = rest.prefix { $0.name == "elsif" || $0.name == "else" }
                rest = rest.dropFirst(branches.count)
                validate(branches: [node] + branches)
            case "elsif", "else":
                diagnostics.error("\"\(node.name)\" has no \"if\" before it", at: node.place)
                validate(block: node.block ?? [])
            case "require":
                diagnostics.error("\"require\" has to come before all else", at: node.place)
                require(node)
            case "stop":
                refuseTests(of: node)
                finish(arguments(of: node))
                program.append(.stop(node.place))
            default: validate(action: node)
            }
        }
    }

    private mutating func require(_ node: Node) {
        refuseTests(of: node)
        var arguments = arguments(of: node)
        let names = arguments.strings("names of extensions")
        finish(arguments, isComplete: names != nil)
        for name in names ?? [] {
            if let capability = Capability(rawValue: name.string) {
                capabilities.insert(capability)
            } else {
                diagnostics.error(Capability.refusal(of: name.string), at: name.place)
            }
        }
    }

    // MARK: if, elsif, else

    private mutating func validate(branches: [Node]) {
        let end = program.label()
        var hasElse = false
        for branch in branches {
            if hasElse { diagnostics.error("\"\(branch.name)\" comes behind \"else\"", at: branch.place) }
            let (then, next) = (program.label(), program.label())
            if branch.name == "else" {
                hasElse = true
                refuseTests(of: branch, takesBlock: true)
            } else {
                validate(soleTestOf: branch, whenTrue: then, whenFalse: next)
            }
            finish(arguments(of: branch))
            program.place(then)
            if let block = branch.block {
                validate(block: block)
            } else {
                diagnostics.error("\"\(branch.name)\" needs a block in braces", at: branch.place)
            }
            program.append(.jump(end))
            program.place(next)
        }
        program.place(end)
    }

    private mutating func validate(
        soleTestOf node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) {
        guard let test = node.tests.first else {
            return diagnostics.error("\"\(node.name)\" needs a test", at: node.place)
        }
        if node.hasTestList {
            let hint = node.tests.count == 1 ? "leave the parentheses out" : "use allof or anyof"
            diagnostics.error("\"\(node.name)\" takes one test; \(hint)", at: node.place)
        }
        validate(test: test, whenTrue: whenTrue, whenFalse: whenFalse)
    }

    // MARK: Tests

    private mutating func validate(
        test node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) {
        switch node.name {
        case "not":
            validate(soleTestOf: node, whenTrue: whenFalse, whenFalse: whenTrue)
            finish(arguments(of: node))
        case "allof", "anyof":
            validate(testsOf: node, whenTrue: whenTrue, whenFalse: whenFalse)
            finish(arguments(of: node))
        case "true", "false":
            refuseTests(of: node)
            finish(arguments(of: node))
            program.append(.jump(node.name == "true" ? whenTrue : whenFalse))
        default: validate(condition: node, whenTrue: whenTrue, whenFalse: whenFalse)
        }
    }

    /// `allof` goes on as long as tests hold, `anyof` as long as they do not.
    private mutating func validate(
        testsOf node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) {
        guard node.hasTestList else {
            return diagnostics.error("\"\(node.name)\" needs tests in parentheses", at: node.place)
        }
        let needsAll = node.name == "allof"
        for test in node.tests.dropLast() {
            let next = program.label()
            validate(
                test: test, whenTrue: needsAll ? next : whenTrue, whenFalse: needsAll ? whenFalse : next)
            program.place(next)
        }
        for test in node.tests.suffix(1) { validate(test: test, whenTrue: whenTrue, whenFalse: whenFalse) }
    }

    private mutating func validate(
        condition node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) {
        guard let type = Vocabulary.conditions[node.name] else {
            return refuse(node, kind: "test", known: Vocabulary.testNames)
        }
        refuseTests(of: node)
        checkRequired(type.capability, for: node)
        var arguments = arguments(of: node)
        let condition = type.init(&arguments)
        finish(arguments, isComplete: condition != nil)
        if let condition {
            program.append(.check(condition, node.place, whenTrue: whenTrue, whenFalse: whenFalse))
        }
    }

    // MARK: Actions

    private mutating func validate(action node: Node) {
        guard let type = Vocabulary.actions[node.name] else {
            refuse(node, kind: "command", known: Vocabulary.commandNames)
            return validate(block: node.block ?? [])
        }
        refuseTests(of: node)
        checkRequired(type.capability, for: node)
        var arguments = arguments(of: node)
        let action = type.init(&arguments)
        finish(arguments, isComplete: action != nil)
        if let action { program.append(.perform(action, node.place)) }
    }

    // MARK: What all have in common

    private func arguments(of node: Node) -> Arguments {
        Arguments(node, capabilities, options, diagnostics)
    }

    private mutating func finish(_ arguments: Arguments, isComplete: Bool = true) {
        var arguments = arguments
        arguments.finish(isComplete: isComplete)
        diagnostics = arguments.diagnostics
        facts.add(arguments.facts)
    }

    private mutating func checkRequired(_ capability: Capability?, for node: Node) {
        guard let capability, !capabilities.contains(capability) else { return }
        diagnostics.error("\"\(node.name)\" needs require \"\(capability.rawValue)\"", at: node.place)
    }

    /// A forgotten semicolon makes a test of the next command.
    private mutating func refuseTests(of node: Node, takesBlock: Bool = false) {
        if let test = node.tests.first {
            let isCommand = Vocabulary.commandNames.contains(test.name)
            let hint = isCommand ? "; is a \";\" missing before \"\(test.name)\"?" : ""
            diagnostics.error("\"\(node.name)\" takes no test\(hint)", at: test.place)
        }
        if !takesBlock, node.block != nil {
            diagnostics.error("\"\(node.name)\" takes no block", at: node.place)
        }
    }

    private mutating func refuse(_ node: Node, kind: String, known: [String]) {
        let hint =
            if Vocabulary.commandNames.contains(node.name) {
                "; it is a command"
            } else if Vocabulary.testNames.contains(node.name) {
                "; it is a test"
            } else {
                Suggestion.question(for: node.name, among: known)
            }
        diagnostics.error("unknown \(kind) \"\(node.name)\"\(hint)", at: node.place)
    }
}
