/// A test as compiled: its arguments, and the question it asks of a message.
package protocol Condition: Sendable {
    static var name: String { get }
    /// What has to be required before.
    static var capability: Capability? { get }
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool
}

/// A command as compiled: its arguments, and what it adds to a run's result.
package protocol Action: Sendable {
    static var name: String { get }
    /// What has to be required before.
    static var capability: Capability? { get }
    func perform(in run: inout SieveRun, rule: String) throws(SieveFault)
}

/// A test or command that reads its own arguments.
protocol Readable {
    /// nil once told what is wrong with the arguments.
    init?(_ arguments: inout Arguments)
}

/// The tests and commands that a script may use, but for those that steer it: these `Validator` knows.
package struct Vocabulary: Sendable {
    /// A test by its name, and how its arguments are read.
    package struct Test: Sendable {
        let capability: Capability?
        let read: @Sendable (inout Arguments) -> (any Condition)?
    }

    /// A command by its name, and how its arguments are read.
    package struct Command: Sendable {
        let capability: Capability?
        let read: @Sendable (inout Arguments) -> (any Action)?
    }

    private(set) var tests: [String: Test] = [:]
    private(set) var commands: [String: Command] = [:]
    /// Texts by the names of variables that nobody sets: `tst.path`.
    package var constants: [String: String] = [:]

    /// A vocabulary of nothing but what is added.
    package init() {}

    package mutating func add<Kind: Condition>(
        _: Kind.Type, _ read: @escaping @Sendable (inout Arguments) -> Kind?
    ) {
        tests[Kind.name] = Test(capability: Kind.capability) { read(&$0) }
    }

    package mutating func add<Kind: Action>(
        _: Kind.Type, _ read: @escaping @Sendable (inout Arguments) -> Kind?
    ) {
        commands[Kind.name] = Command(capability: Kind.capability) { read(&$0) }
    }

    /// This vocabulary and another; where both know a word, the other's counts.
    func adding(_ other: Vocabulary) -> Vocabulary {
        var sum = self
        sum.tests.merge(other.tests) { $1 }
        sum.commands.merge(other.commands) { $1 }
        sum.constants.merge(other.constants) { $1 }
        return sum
    }

    var testNames: [String] { (tests.keys + ["allof", "anyof", "false", "ihave", "not", "true"]).sorted() }
    var commandNames: [String] {
        let steering = [
            "break", "else", "elsif", "foreverypart", "global", "if", "include", "require", "return", "stop",
        ]
        return (commands.keys + steering).sorted()
    }

    private mutating func add<Kind: Condition & Readable>(_ kind: Kind.Type) {
        add(kind) { Kind(&$0) }
    }

    private mutating func add<Kind: Action & Readable>(_ kind: Kind.Type) {
        add(kind) { Kind(&$0) }
    }

    /// The language: RFC 5228, its extensions and ours.
    static let language: Vocabulary = {
        var words = Vocabulary()
        words.add(AddressTest.self)
        words.add(AttachmentTest.self)
        words.add(BodyTest.self)
        words.add(CurrentDateTest.self)
        words.add(DateTest.self)
        words.add(DetectTest.self)
        words.add(DuplicateTest.self)
        words.add(EnvelopeTest.self)
        words.add(EnvironmentTest.self)
        words.add(ExecuteTest.self)
        words.add(ExistsTest.self)
        words.add(FilterTest.self)
        words.add(HeaderTest.self)
        words.add(NotifyMethodCapabilityTest.self)
        words.add(OverlimitTest.self)
        words.add(SizeTest.self)
        words.add(SpamTest.self)
        words.add(StringTest.self)
        words.add(ValidExtListTest.self)
        words.add(ValidNotifyMethodTest.self)
        words.add(VirusTest.self)
        words.add(AddHeaderAction.self)
        words.add(DeferAction.self)
        words.add(DeleteHeaderAction.self)
        words.add(DisclaimerAction.self)
        words.add(DiscardAction.self)
        words.add(EncloseAction.self)
        words.add(ErejectAction.self)
        words.add(ErrorAction.self)
        words.add(ExecuteAction.self)
        words.add(ExtractTextAction.self)
        words.add(FileintoAction.self)
        words.add(FilterAction.self)
        words.add(HoldAction.self)
        words.add(KeepAction.self)
        words.add(NotifyAction.self)
        words.add(RedirectAction.self)
        words.add(RejectAction.self)
        words.add(ReplaceAction.self)
        words.add(SetAction.self)
        words.add(StreamAction.self)
        return words
    }()
}
