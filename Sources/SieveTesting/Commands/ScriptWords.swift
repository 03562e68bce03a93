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
        guard let source = bench.read(path) else {
            bench.with { $0.errors = ["\(path) cannot be read"] }
            return false
        }
        let options = bench.options(settings: bench.with { $0.settings })
        let (script, diagnostics) = SieveScript.compile(source, name: path, options)
        let errors = diagnostics.filter { $0.severity == .error }.map(\.text)
        bench.with {
            $0.script = script
            // The sum of it all is what `policy check` ends with.
            $0.errors = errors.isEmpty ? [] : errors + ["\(errors.count) errors"]
        }
        return script != nil
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
        var inner = SieveRun(run.message, run.envelope, run.context)
        inner.subaddressSeparators = run.subaddressSeparators
        do throws(SieveRuntimeError) {
            _ = try inner.run(script)
            bench.with { $0.errors = [] }
            run.adopt(inner, beside: isAppending)
            return true
        } catch {
            bench.with { $0.errors = [error.fault.description] }
            return false
        }
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
