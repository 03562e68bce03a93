/// What a script may refer to outside itself.
public struct CompileOptions: Sendable {
    /// The names that `stream` may give; nil: they are not known, and any name will do.
    public var streamNames: [String]?

    /// Options; nothing is known unless given.
    public init(streamNames: [String]? = nil) { self.streamNames = streamNames }
}

/// How far a script can tell the recipients of a message apart.
public enum RecipientDetail: Int, Hashable, Sendable, Comparable {
    /// Not at all: one run serves all.
    case none
    /// By their domain.
    case domain
    /// By the whole address.
    case full

    /// Finer detail is greater.
    public static func < (left: RecipientDetail, right: RecipientDetail) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// What is known of a script before it runs.
public struct ScriptFacts: Hashable, Sendable {
    /// How far it tells recipients apart.
    public var recipientDetail = RecipientDetail.none
    /// It looks behind the header.
    public var readsBody = false

    init() {}

    mutating func add(_ other: ScriptFacts) {
        recipientDetail = max(recipientDetail, other.recipientDetail)
        readsBody = readsBody || other.readsBody
    }
}

/// A policy script, checked and made ready to run (RFC 5228 and the extensions that `Capability` names).
///
/// Conditions are compiled to jumps: `allof`, `anyof`, `not` and `if` are gone, what is left is a flat
/// list of instructions, so a run needs no stack and may stop and go on anywhere.
public struct SieveScript: Sendable {
    enum Instruction: Sendable {
        case check(any Condition, ScriptPlace, whenTrue: Label, whenFalse: Label)
        case perform(any Action, ScriptPlace)
        case jump(Label)
        case stop(ScriptPlace)
    }

    /// A place in the program that instructions jump to.
    struct Label: Sendable { let number: Int }

    /// The name that rules carry: `data.sieve` in `data.sieve:14`.
    public let name: String
    /// What is known before it runs.
    public let facts: ScriptFacts
    let instructions: [Instruction]
    private let addresses: [Int]

    init(name: String, facts: ScriptFacts, program: ProgramBuilder) {
        self.name = name
        self.facts = facts
        instructions = program.instructions
        addresses = program.addresses
    }

    /// The index of the instruction behind the label.
    func address(of label: Label) -> Int { addresses[label.number] }

    func rule(at place: ScriptPlace) -> String { "\(name):\(place.line)" }

    /// Checks a script and makes it ready; nil if there is an error among the diagnostics, which tell
    /// of everything found, in the order of the script.
    public static func compile(
        _ source: [UInt8], name: String, _ options: CompileOptions = CompileOptions()
    ) -> (script: SieveScript?, diagnostics: [Diagnostic]) {
        var diagnostics = Diagnostics(file: name)
        guard source.count <= Limits.scriptByteCount else {
            let text = "the script is larger than \(Limits.scriptByteCount >> 20) MB"
            diagnostics.error(text, at: ScriptPlace(line: 1, column: 1))
            return (nil, diagnostics.sorted)
        }
        var parser = Parser(source, diagnostics)
        let commands = parser.script()
        var validator = Validator(options, parser.diagnostics)
        validator.validate(commands)
        let found = validator.diagnostics
        guard !found.hasErrors else { return (nil, found.sorted) }
        let script = SieveScript(name: name, facts: validator.facts, program: validator.program)
        return (script, found.sorted)
    }
}

/// Collects instructions; labels get their addresses when the place they stand for is reached.
struct ProgramBuilder {
    private(set) var instructions: [SieveScript.Instruction] = []
    private(set) var addresses: [Int] = []

    mutating func append(_ instruction: SieveScript.Instruction) { instructions.append(instruction) }

    mutating func label() -> SieveScript.Label {
        addresses.append(0)
        return SieveScript.Label(number: addresses.count - 1)
    }

    /// The label stands for what comes next.
    mutating func place(_ label: SieveScript.Label) { addresses[label.number] = instructions.count }
}
