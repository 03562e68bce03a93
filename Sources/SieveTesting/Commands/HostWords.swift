import SieveEngine

/// `test_program <name> <status> [<output>]`: what a program does when a script runs it.
struct ProgramCommand: Action, BenchWord {
    static let name = "test_program"

    private let program: ScriptString
    private let status: Int
    private let output: ScriptString?
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let program = arguments.string("the name of a program"),
            let status = arguments.number("what it ends with")
        else { return nil }
        self.program = program
        self.status = status
        self.bench = bench
        output = arguments.hasPositional ? arguments.string("what it prints") : nil
    }

    func perform(in run: inout SieveRun, rule: String) {
        let name = run.text(program)
        let outcome = SieveProgramOutcome(status: status, output: output.map { run.expanded($0) } ?? [])
        bench.with { $0.programs[name] = outcome }
        bench.refresh(&run)
    }
}

/// Programs that do what a test file says.
struct PretendedPrograms: SievePrograms {
    let outcomes: [String: SieveProgramOutcome]

    func run(_ order: SieveProgramOrder) throws(SieveProgramError) -> SieveProgramOutcome {
        guard let outcome = outcomes[order.name] else { throw SieveProgramError("there is no such program") }
        return outcome
    }
}

/// `test_list <name> <entries>`: a list that scripts may ask.
struct ListCommand: Action, BenchWord {
    static let name = "test_list"

    private let list: ScriptString
    private let entries: [ScriptString]
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let list = arguments.string("the name of a list"),
            let entries = arguments.strings("its entries")
        else { return nil }
        self.list = list
        self.entries = entries
        self.bench = bench
    }

    func perform(in run: inout SieveRun, rule: String) {
        let name = run.text(list)
        let list = SieveList(entries.map { run.text($0) })
        bench.with { $0.lists[name] = list }
        bench.refresh(&run)
    }
}
