import MailSyntax

/// What `execute` and `filter` have in common: the name of a program and its arguments.
struct ProgramCall: Sendable {
    /// The capability that makes it ours, not that of dovecot.
    private let isOwn: Bool
    private let name: Text
    private let arguments: [ScriptString]

    init?(_ words: inout Arguments, _ alias: Capability) {
        isOwn = words.compilation.has(.execute)
        if isOwn {
            words.compilation.use(.execute)
        } else if words.compilation.has(alias) {
            words.compilation.use(alias)
        } else {
            words.compilation.demand(.execute, for: "\"\(words.node.name)\"", at: words.node.place)
        }
        words.compilation.facts.readsBody = true
        words.compilation.facts.runsPrograms = true
        guard let name = words.constant("the name of a program") else { return nil }
        self.name = name
        let places = words.hasPositional ? words.strings("arguments of the program") : []
        guard let places else { return nil }
        arguments = places
        Self.check(name, &words)
        if arguments.count > Limits.argumentCount {
            words.error("a program has at most \(Limits.argumentCount) arguments", at: words.node.place)
        }
    }

    private static func check(_ name: Text, _ words: inout Arguments) {
        if name.bytes.isEmpty || name.bytes.contains(ASCII.slash) || name.bytes.first == ASCII.dot
            || name.bytes.contains(where: { $0 < ASCII.space || $0 == 0x7F })
        {
            return words.error("\"\(name.string)\" is no name of a program", at: name.place)
        }
        guard let known = words.options.programNames, !known.contains(name.string) else { return }
        let hint = Suggestion.question(for: name.string, among: known)
        words.error("unknown program \"\(name.string)\"\(hint)", at: name.place)
    }

    /// Runs it. What is no answer is a fault; under the names of dovecot any status but 0 is a no.
    func answer(
        _ purpose: SieveProgramOrder.Purpose, input: SieveContent, in run: inout SieveRun
    ) throws(SieveFault) -> (isYes: Bool, output: [UInt8]) {
        var texts: [String] = []
        for argument in arguments { texts.append(run.text(argument)) }
        try run.spend(input.byteCount)
        let order = SieveProgramOrder(
            purpose: purpose, name: name.string, arguments: texts, inputByteCount: input.byteCount,
            input: input.read)
        do throws(SieveProgramError) {
            guard let programs = run.context.programs else {
                throw SieveProgramError("no programs are set up")
            }
            let outcome = try programs.run(order)
            if outcome.status == 0 {
                guard purpose == .execute || !outcome.output.isEmpty else {
                    throw SieveProgramError("printed nothing in place of the message")
                }
                return (true, outcome.output)
            }
            guard isOwn else { return (false, []) }
            guard outcome.status == 1 else {
                throw SieveProgramError("ended with status \(outcome.status)")
            }
            return (false, outcome.output)
        } catch {
            throw .program(name.string, failed: error.text)
        }
    }
}

/// `execute [":input" <text> / ":pipe"] [":output" <variable>] <program> [<arguments>]` (`vnd.dovecot.execute`): exit 0
/// is yes and 1 is no.
struct ExecuteTest: Condition, Readable {
    static let name = "execute"
    static let capability: Capability? = nil

    private let call: ProgramCall
    private let text: ScriptString?
    private let isPiped: Bool
    private let output: Variable?

    init?(_ arguments: inout Arguments) {
        let inputPlace = arguments.place(ofTag: "input")
        text = arguments.taggedString("input")
        let pipe = arguments.tag("pipe")
        isPiped = pipe != nil
        if let inputPlace, let pipe {
            arguments.error("\":input\" and \":pipe\" exclude each other", at: max(inputPlace, pipe))
        }
        output = arguments.taggedVariable("output")
        guard let call = ProgramCall(&arguments, .dovecotExecute) else { return nil }
        self.call = call
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let (isYes, bytes) = try call.answer(.execute, input: input(in: &run), in: &run)
        if let output {
            let limit = run.context.limits.variableByteCount
            run.variables.set(output, Modifiers.cut(bytes, limit))
        }
        return isYes
    }

    private func input(in run: inout SieveRun) throws(SieveFault) -> SieveContent {
        if isPiped { return try run.wholeMessage() }
        return SieveContent(text.map { run.expanded($0) } ?? [])
    }
}

/// `filter <program> [<arguments>]` (`vnd.dovecot.filter`): the program reads the message and prints what takes its place.
struct FilterTest: Condition, Readable {
    static let name = "filter"
    static let capability: Capability? = nil

    private let call: ProgramCall

    init?(_ arguments: inout Arguments) {
        guard let call = ProgramCall(&arguments, .dovecotFilter) else { return nil }
        self.call = call
    }

    /// A program that says no leaves the message as it is.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let (isYes, bytes) = try call.answer(.filter, input: run.wholeMessage(), in: &run)
        guard isYes else { return false }
        try run.rewrite([.added(CRLF.lines(bytes))])
        run.loops.partsChanged()
        return true
    }
}

/// `execute` where nobody asks for the answer.
struct ExecuteAction: Action, Readable {
    static let name = ExecuteTest.name
    static let capability: Capability? = nil

    private let test: ExecuteTest

    init?(_ arguments: inout Arguments) {
        guard let test = ExecuteTest(&arguments) else { return nil }
        self.test = test
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) { _ = try test.holds(in: &run) }
}

/// `filter` where nobody asks for the answer.
struct FilterAction: Action, Readable {
    static let name = FilterTest.name
    static let capability: Capability? = nil

    private let test: FilterTest

    init?(_ arguments: inout Arguments) {
        guard let test = FilterTest(&arguments) else { return nil }
        self.test = test
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) { _ = try test.holds(in: &run) }
}

extension SieveRun {
    /// The message with all edits, as it stands.
    fileprivate mutating func wholeMessage() throws(SieveFault) -> SieveContent {
        try settle()
        return message.content ?? SieveContent(message.head)
    }
}

extension Arguments {
    /// A tag with the name of a variable that gets a value.
    fileprivate mutating func taggedVariable(_ tag: String) -> Variable? {
        guard let place = place(ofTag: tag), let name = taggedConstant(tag) else { return nil }
        compilation.demand(.variables, for: "\":\(tag)\"", at: place)
        guard let word = VariableName(name.bytes[...]) else {
            error("\"\(name.string)\" is no name of a variable", at: name.place)
            return nil
        }
        return word.variable(at: name.place, &compilation)
    }
}
