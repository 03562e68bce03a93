/// Checks a script's tree and makes the program of it (RFC 5228 sections 3 to 5).
struct Validator {
    var compilation: Compilation
    var program = ProgramBuilder()
    private let vocabulary: Vocabulary
    /// Names that `require` may give here.
    let known: [Capability]
    /// The loops around the command, outermost first.
    var loops: [OpenLoop] = []
    private var blockDepth = 0

    init(_ compilation: Compilation) {
        self.compilation = compilation
        vocabulary = Vocabulary.language.adding(compilation.options.vocabulary)
        known = Capability.available(with: compilation.options.services)
    }

    mutating func validate(_ commands: [Node]) {
        let isRequire = { (node: Node) in node.name == "require" }
        let body = commands.drop(while: isRequire)
        for node in commands.prefix(while: isRequire) { require(node) }
        _ = validate(block: Array(body))
        compilation.tellUnused()
    }

    mutating func error(_ text: String, at place: ScriptPlace) {
        compilation.diagnostics.error(text, at: place)
    }

    // MARK: Commands

    /// The commands of a block; `elsif` and `else` belong to the `if` before them. True: whatever the message, nothing
    /// behind the block is reached.
    mutating func validate(block: [Node]) -> Bool {
        blockDepth += 1
        defer { blockDepth -= 1 }
        var rest = block[...]
        var ending: Node?
        var isTold = false
        while let node = rest.popFirst() {
            if let ending, compilation.options.isThorough, !isTold, node.name != "elsif", node.name != "else"
            {
                isTold = true
                let text =
                    "never reached: \"\(ending.name)\" in line \(ending.place.line) ends the script in every case"
                compilation.diagnostics.warning(text, at: node.place)
            }
            if validate(command: node, &rest) { ending = ending ?? node }
        }
        return ending != nil
    }

    /// One command, and the branches behind it if it is an `if`. True: nothing behind it is reached.
    private mutating func validate(command node: Node, _ rest: inout ArraySlice<Node>) -> Bool {
        let outer = program.ruleName
        defer { program.ruleName = outer }
        program.ruleName = node.ruleName ?? outer
        switch node.name {
        case "if":
            let branches = rest.prefix { $0.name == "elsif" || $0.name == "else" }
            rest = rest.dropFirst(branches.count)
            return validate(branches: [node] + branches)
        case "elsif", "else":
            error("\"\(node.name)\" has no \"if\" before it", at: node.place)
            return validate(block: node.block ?? [])
        case "require":
            error("\"require\" has to come before all else", at: node.place)
            require(node)
        case "stop":
            end(node, .stop(node.place))
            return true
        case "return" where compilation.has(.include):
            compilation.use(.include)
            end(node, .leave(node.place))
            return true
        case "foreverypart": loop(node)
        case "break":
            leaveLoop(node)
            return true
        case "include": include(node)
        case "global": declare(node)
        case "test" where compilation.has(.testsuite): section(node)
        default:
            validate(action: node)
            return node.name == ErrorAction.name
        }
        return false
    }

    private mutating func end(_ node: Node, _ instruction: SieveScript.Instruction) {
        refuseTests(of: node)
        finish(arguments(of: node))
        program.append(instruction)
    }

    // MARK: if, elsif, else

    private mutating func validate(branches: [Node]) -> Bool {
        let end = program.label()
        var hasElse = false
        var endsEverywhere = true
        var isDecided = false
        for branch in branches {
            program.ruleName = branch.ruleName ?? program.ruleName
            if hasElse { error("\"\(branch.name)\" comes behind \"else\"", at: branch.place) }
            let (then, next) = (program.label(), program.label())
            let before = compilation
            var truth = isDecided ? Truth.ruledOut : .unknown
            if branch.name == "else" {
                hasElse = true
                refuseTests(of: branch, takesBlock: true)
            } else if !isDecided {
                truth = validate(soleTestOf: branch, whenTrue: then, whenFalse: next)
            }
            finish(arguments(of: branch))
            program.place(then)
            if let block = branch.block {
                // What an `ihave` rules out may be in words that nobody here knows (RFC 5463 section 4).
                if truth != .ruledOut, !validate(block: block) { endsEverywhere = false }
            } else {
                error("\"\(branch.name)\" needs a block in braces", at: branch.place)
            }
            compilation.restoreRequired(of: before)
            program.append(.jump(end))
            program.place(next)
            isDecided = isDecided || truth == .certain
        }
        program.place(end)
        return hasElse && endsEverywhere
    }

    mutating func validate(
        soleTestOf node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) -> Truth {
        guard let test = node.tests.first else {
            error("\"\(node.name)\" needs a test", at: node.place)
            return .unknown
        }
        if node.hasTestList {
            let hint = node.tests.count == 1 ? "leave the parentheses out" : "use allof or anyof"
            error("\"\(node.name)\" takes one test; \(hint)", at: node.place)
        }
        return validate(test: test, whenTrue: whenTrue, whenFalse: whenFalse)
    }

    // MARK: Actions and conditions

    private mutating func validate(action node: Node) {
        guard let word = vocabulary.commands[node.name] else {
            refuse(node, kind: "command", known: vocabulary.commandNames)
            _ = validate(block: node.block ?? [])
            return
        }
        refuseTests(of: node)
        checkRequired(word.capability, for: node)
        refuseWithoutMessage(node, kind: "command", fit: Self.commandsWithoutMessage)
        var arguments = arguments(of: node)
        let action = word.read(&arguments)
        finish(arguments, isComplete: action != nil)
        if let action { program.append(.perform(action, node.place)) }
    }

    mutating func validate(
        condition node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) {
        guard let word = vocabulary.tests[node.name] else {
            return refuse(node, kind: "test", known: vocabulary.testNames)
        }
        refuseTests(of: node)
        checkRequired(word.capability, for: node)
        refuseWithoutMessage(node, kind: "test", fit: Self.testsWithoutMessage)
        var arguments = arguments(of: node)
        let condition = word.read(&arguments)
        finish(arguments, isComplete: condition != nil)
        if let condition {
            program.append(.check(condition, node.place, whenTrue: whenTrue, whenFalse: whenFalse))
        }
    }

    // MARK: Before there is a message

    /// What looks at a recipient, a client or the time.
    private static let testsWithoutMessage: Set<String> = [
        CurrentDateTest.name, EnvelopeTest.name, EnvironmentTest.name, OverlimitTest.name, StringTest.name,
        ValidExtListTest.name, ValidNotifyMethodTest.name, NotifyMethodCapabilityTest.name,
    ]
    private static let commandsWithoutMessage: Set<String> = [
        DeferAction.name, ErejectAction.name, ErrorAction.name, KeepAction.name, RejectAction.name,
        SetAction.name, StreamAction.name,
    ]

    private mutating func refuseWithoutMessage(_ node: Node, kind: String, fit: Set<String>) {
        guard !compilation.options.hasMessage, !fit.contains(node.name) else { return }
        error("\(kind) \"\(node.name)\" needs the message; not available in hook rcpt", at: node.place)
    }

    // MARK: Test files

    /// `test "name" { ... }`, which stands in no other block.
    private mutating func section(_ node: Node) {
        refuseTests(of: node, takesBlock: true)
        var arguments = arguments(of: node)
        let name = arguments.string("a name")
        finish(arguments, isComplete: name != nil)
        if blockDepth > 1 { error("\"test\" stands in no other block", at: node.place) }
        let end = program.label()
        if let name { program.append(.section(name, end: end)) }
        if let block = node.block {
            _ = validate(block: block)
        } else {
            error("\"test\" needs a block in braces", at: node.place)
        }
        program.place(end)
        program.append(.endSection)
    }

    // MARK: What all have in common

    func arguments(of node: Node) -> Arguments { Arguments(node, compilation) }

    mutating func finish(_ arguments: Arguments, isComplete: Bool = true) {
        var arguments = arguments
        arguments.finish(isComplete: isComplete)
        let facts = compilation.facts
        compilation = arguments.compilation
        compilation.facts.add(facts)
    }

    mutating func checkRequired(_ capability: Capability?, for node: Node) {
        guard let capability else { return }
        compilation.demand(capability, for: "\"\(node.name)\"", at: node.place)
    }

    /// A forgotten semicolon makes a test of the next command.
    mutating func refuseTests(of node: Node, takesBlock: Bool = false) {
        if let test = node.tests.first {
            let isCommand = vocabulary.commandNames.contains(test.name)
            let hint = isCommand ? "; is a \";\" missing before \"\(test.name)\"?" : ""
            error("\"\(node.name)\" takes no test\(hint)", at: test.place)
        }
        if !takesBlock, node.block != nil { error("\"\(node.name)\" takes no block", at: node.place) }
    }

    private mutating func refuse(_ node: Node, kind: String, known: [String]) {
        let hint =
            if vocabulary.commandNames.contains(node.name) {
                "; it is a command"
            } else if vocabulary.testNames.contains(node.name) {
                "; it is a test"
            } else {
                Suggestion.question(for: node.name, among: known)
            }
        error("unknown \(kind) \"\(node.name)\"\(hint)", at: node.place)
    }
}
