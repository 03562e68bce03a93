/// A test as compiled: its arguments, and the question it asks of a message.
protocol Condition: Sendable {
    static var name: String { get }
    /// What has to be required before.
    static var capability: Capability? { get }
    /// Reads the arguments; nil once told what is wrong with them.
    init?(_ arguments: inout Arguments)
    func holds(in run: SieveRun) throws(SieveFault) -> Bool
}

/// A command as compiled: its arguments, and what it adds to a run's result.
protocol Action: Sendable {
    static var name: String { get }
    /// What has to be required before.
    static var capability: Capability? { get }
    /// Reads the arguments; nil once told what is wrong with them.
    init?(_ arguments: inout Arguments)
    func perform(in run: inout SieveRun, rule: String) throws(SieveFault)
}

/// Every test and command but those that steer the script, which `Validator` knows.
enum Vocabulary {
    static let conditions = Dictionary(uniqueKeysWithValues: conditionTypes.map { ($0.name, $0) })
    static let actions = Dictionary(uniqueKeysWithValues: actionTypes.map { ($0.name, $0) })

    static let testNames = conditions.keys.sorted() + ["allof", "anyof", "false", "not", "true"]
    static let commandNames = actions.keys.sorted() + ["else", "elsif", "if", "require", "stop"]

    private static let conditionTypes: [any Condition.Type] = [
        AddressTest.self, EnvelopeTest.self, ExistsTest.self, HeaderTest.self, SizeTest.self,
    ]

    private static let actionTypes: [any Action.Type] = [
        AddHeaderAction.self, DeleteHeaderAction.self, DiscardAction.self, ErejectAction.self,
        HoldAction.self,
        KeepAction.self, RedirectAction.self, RejectAction.self, StreamAction.self,
    ]
}
