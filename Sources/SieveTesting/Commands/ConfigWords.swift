import SieveEngine

/// `test_config_set <key> <value>`: counts from the next `test_config_reload` on.
struct ConfigSetCommand: Action, BenchWord {
    static let name = "test_config_set"

    private let key: ScriptString
    private let value: ScriptString
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let key = arguments.string("a key"), let value = arguments.string("a value") else { return nil }
        self.key = key
        self.value = value
        self.bench = bench
    }

    func perform(in run: inout SieveRun, rule: String) {
        let (key, value) = (run.text(key), run.text(value))
        bench.with { $0.settings[key] = value }
    }
}

/// `test_config_unset <key>`
struct ConfigUnsetCommand: Action, BenchWord {
    static let name = "test_config_unset"

    private let key: ScriptString
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let key = arguments.string("a key") else { return nil }
        self.key = key
        self.bench = bench
    }

    func perform(in run: inout SieveRun, rule: String) {
        let key = run.text(key)
        bench.with { $0.settings[key] = nil }
    }
}

/// `test_config_reload [":extension" <name>]`
struct ConfigReloadCommand: Action, BenchWord {
    static let name = "test_config_reload"

    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        _ = arguments.taggedString("extension")
        self.bench = bench
    }

    func perform(in run: inout SieveRun, rule: String) { bench.refresh(&run) }
}
