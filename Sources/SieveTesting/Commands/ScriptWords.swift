import SieveEngine

/// `test_fail <why>`: the block ends here, and has failed.
struct FailCommand: Action, BenchWord {
    static let name = "test_fail"

    private let reason: ScriptString

    init?(_ arguments: inout Arguments) {
        guard let reason = arguments.string("a reason") else { return nil }
        self.reason = reason
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) { throw .raised(run.text(reason)) }
}

/// `test_script_compile <path>`: whether the script beside the file compiles; it is the one to run then.
struct ScriptCompileTest: Condition, BenchWord {
    static let name = "test_script_compile"

    private let path: ScriptString
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let path = arguments.string("the path of a script") else { return nil }
        self.path = path
        self.bench = bench
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let path = run.text(path)
        return bench.compile(path) != nil
    }
}

/// `test_script_run [":append_result"]`: runs the compiled script on the current message; false at a run-time error.
struct ScriptRunTest: Condition, BenchWord {
    static let name = "test_script_run"

    private let isAppending: Bool
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        isAppending = arguments.tag("append_result") != nil
        self.bench = bench
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        guard let script = bench.with({ $0.script }) else { throw .raised("no script was compiled") }
        return bench.run([script], in: &run, beside: isAppending)
    }
}

/// `test_multiscript <paths>`: scripts that follow one another as those of a policy do, and then what they want.
struct MultiscriptTest: Condition, BenchWord {
    static let name = "test_multiscript"

    private let paths: [String]
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let paths = arguments.constants("the paths of scripts") else { return nil }
        self.paths = paths.map(\.string)
        self.bench = bench
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let scripts = paths.compactMap(bench.compile)
        guard scripts.count == paths.count, bench.run(scripts, in: &run) else { return false }
        return try ResultExecuteTest(bench: bench).holds(in: &run)
    }
}

/// `test_error [":index" <number>] [COMPARATOR] [MATCH-TYPE] <keys>`: what went wrong last.
struct ErrorTest: Condition, BenchWord {
    static let name = "test_error"

    private let index: Int?
    private let keys: Keys
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        index = arguments.taggedNumber("index")
        let matching = arguments.matching()
        guard let keys = arguments.keys(matching) else { return nil }
        self.keys = keys
        self.bench = bench
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        var errors = bench.with { $0.errors }
        if let index { errors = errors.indices.contains(index - 1) ? [errors[index - 1]] : [] }
        return try keys.match(errors.map { Array($0.utf8) }, in: &run)
    }
}

/// `test_binary_save <name>`: a script stays what it is, however it is kept.
struct BinarySaveCommand: Action, BenchWord {
    static let name = "test_binary_save"

    init?(_ arguments: inout Arguments) {
        guard arguments.string("a name") != nil else { return nil }
    }

    func perform(in run: inout SieveRun, rule: String) {}
}

/// `test_binary_load <name>`
struct BinaryLoadCommand: Action, BenchWord {
    static let name = "test_binary_load"

    init?(_ arguments: inout Arguments) {
        guard arguments.string("a name") != nil else { return nil }
    }

    func perform(in run: inout SieveRun, rule: String) {}
}
