/// What a script may refer to outside itself.
public struct CompileOptions: Sendable {
    /// Where an included script is looked for (RFC 6609 section 3.1).
    public enum IncludeLocation: String, CaseIterable, Hashable, Sendable {
        /// Beside the script; the default.
        case personal
        /// What the whole site shares.
        case global
    }

    /// The names that `stream` may give; nil: they are not known, and any name will do.
    public var streamNames: [String]?
    /// The names that `fileinto` may give; nil: any name will do.
    public var folderNames: [String]?
    /// The lists that there are; nil: any name will do.
    public var listNames: [String]?
    /// The programs that `execute` and `filter` may run; nil: any name will do.
    public var programNames: [String]?
    /// Patterns that `detect` may name beside the detectors: regular expressions by name.
    public var patterns: [String: String] = [:]
    /// There is a message to look at, and not only a recipient who is named before it.
    public var hasMessage = true
    /// What the host has to offer.
    public var services: Set<SieveService> = []
    /// The bytes of a script that is to be included; nil: there is none of the name.
    public var included: @Sendable (IncludeLocation, String) -> [UInt8]? = { _, _ in nil }
    /// Tells as well of what does no harm: a `require` that is not used, commands that are never reached.
    public var isThorough = false
    /// Bounds that the host sets.
    public var limits = SieveLimits()
    /// Words beside the language's own.
    package var vocabulary = Vocabulary()

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
    /// It runs programs, which may take their time.
    public var runsPrograms = false

    init() {}

    mutating func add(_ other: ScriptFacts) {
        recipientDetail = max(recipientDetail, other.recipientDetail)
        readsBody = readsBody || other.readsBody
        runsPrograms = runsPrograms || other.runsPrograms
    }
}

/// A policy script, checked and made ready to run (RFC 5228 and the extensions that `Capability` names).
///
/// Conditions are compiled to jumps: `allof`, `anyof`, `not` and `if` are gone, what is left is a flat
/// list of instructions, so a run needs no stack and may stop and go on anywhere.
public struct SieveScript: Sendable {
    package enum Instruction: Sendable {
        case check(any Condition, ScriptPlace, whenTrue: Label, whenFalse: Label)
        case perform(any Action, ScriptPlace)
        case jump(Label)
        /// Another script runs, then this one goes on.
        case include(Inclusion, ScriptPlace)
        /// This script ends; whoever included it goes on.
        case leave(ScriptPlace)
        case stop(ScriptPlace)
        /// A loop over parts begins, goes on to its next part or to its end, and is over.
        case enterParts(ScriptPlace)
        case nextPart(done: Label)
        case leaveParts
        /// A named block of a test file; what goes wrong in it ends it alone.
        case section(ScriptString, end: Label)
        case endSection

        /// Where what runs stands; nil: it only leads elsewhere.
        var place: ScriptPlace? {
            switch self {
            case .check(_, let place, _, _), .perform(_, let place), .include(_, let place),
                .leave(let place), .stop(let place), .enterParts(let place):
                place
            case .jump, .nextPart, .leaveParts, .section, .endSection: nil
            }
        }
    }

    /// A place in the program that instructions jump to.
    package struct Label: Sendable { let number: Int }

    /// The name that rules carry: `data.sieve` in `data.sieve:14`.
    public let name: String
    /// What is known before it runs.
    public let facts: ScriptFacts
    package let instructions: [Instruction]
    /// How many variables it has of its own.
    let variableCount: Int
    /// What finds the keys of its `body` tests and of those in the scripts that it includes; see `KeyCollection`.
    private(set) var searches: [LiteralSearch] = []
    private let addresses: [Int]
    /// What comments above commands call them, by the place of each test and command.
    private let ruleNames: [ScriptPlace: String]

    init(name: String, program: ProgramBuilder, _ compilation: Compilation) {
        self.name = name
        facts = compilation.facts
        variableCount = compilation.variableCount
        instructions = program.instructions
        addresses = program.addresses
        ruleNames = program.ruleNames
    }

    /// The index of the instruction behind the label.
    package func address(of label: Label) -> Int { addresses[label.number] }

    /// `data.sieve:14`, or `data.sieve:14 (cards)` where a comment names the rule.
    package func rule(at place: ScriptPlace) -> String {
        "\(name):\(place.line)" + (ruleName(at: place).map { " (\($0))" } ?? "")
    }

    func ruleName(at place: ScriptPlace) -> String? { ruleNames.isEmpty ? nil : ruleNames[place] }

    /// Checks a script and makes it ready; nil if there is an error among the diagnostics, which tell
    /// of everything found, in the order of the script.
    public static func compile(
        _ source: [UInt8], name: String, _ options: CompileOptions = CompileOptions()
    ) -> (script: SieveScript?, diagnostics: [Diagnostic]) {
        var (script, compilation) = compile(source, name: name, options, IncludeStack())
        script?.searches = compilation.includes.keys.searches
        return (script, compilation.diagnostics.sorted)
    }

    /// The names of a test file's blocks, whether it compiles or not.
    package static func sectionNames(of source: [UInt8], name: String) -> [String] {
        var parser = Parser(source, Diagnostics(file: name))
        return parser.script().filter { $0.name == "test" }.map { node in
            guard case .string(let text)? = node.arguments.first?.value else { return "" }
            return text.string
        }
    }

    /// The same inside the scripts that include it.
    static func compile(
        _ source: [UInt8], name: String, _ options: CompileOptions, _ includes: IncludeStack
    ) -> (script: SieveScript?, Compilation) {
        var diagnostics = Diagnostics(file: name)
        guard source.count <= Limits.scriptByteCount else {
            let text = "the script is larger than \(Limits.scriptByteCount >> 20) MB"
            diagnostics.error(text, at: ScriptPlace(line: 1, column: 1))
            return (nil, Compilation(options, diagnostics, includes))
        }
        var parser = Parser(source, diagnostics)
        let commands = parser.script()
        if options.isThorough { parser.checkRuleNames() }
        var validator = Validator(Compilation(options, parser.diagnostics, includes))
        validator.validate(commands)
        let compilation = validator.compilation
        guard !compilation.diagnostics.hasErrors else { return (nil, compilation) }
        return (SieveScript(name: name, program: validator.program, compilation), compilation)
    }
}

/// Collects instructions; labels get their addresses when the place they stand for is reached.
struct ProgramBuilder {
    private(set) var instructions: [SieveScript.Instruction] = []
    private(set) var addresses: [Int] = []
    private(set) var ruleNames: [ScriptPlace: String] = [:]
    /// The name of the rule that what is appended belongs to.
    var ruleName: String?

    mutating func append(_ instruction: SieveScript.Instruction) {
        instructions.append(instruction)
        if let ruleName, let place = instruction.place { ruleNames[place] = ruleName }
    }

    mutating func label() -> SieveScript.Label {
        addresses.append(0)
        return SieveScript.Label(number: addresses.count - 1)
    }

    /// The label stands for what comes next.
    mutating func place(_ label: SieveScript.Label) { addresses[label.number] = instructions.count }
}
