import MailSyntax
import SieveEngine

/// `test_result_action [":index" <number>] [COMPARATOR] [MATCH-TYPE] <keys>`: the names of what is wanted.
struct ResultActionTest: Condition, BenchWord {
    static let name = "test_result_action"

    private let index: Int?
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        index = arguments.taggedNumber("index")
        let matching = arguments.matching()
        guard let keys = arguments.keys(matching) else { return nil }
        self.keys = keys
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        // The implicit keep is nobody's action.
        var names = run.wishes.filter { $0.rule != nil }.compactMap { Self.name(of: $0.kind) }
        if let index { names = names.indices.contains(index - 1) ? [names[index - 1]] : [] }
        return try keys.match(names.map { Array($0.utf8) }, in: &run)
    }

    /// nil: it only leaves a trace for later messages.
    private static func name(of kind: SieveAction.Kind) -> String? {
        switch kind {
        case .store: "store"
        case .remember, .count: nil
        case .keep, .discard, .redirect, .reject, .deferral, .stream, .hold, .notice: kind.name
        }
    }
}

/// `test_result_reset`: nothing is wanted any more.
struct ResultResetCommand: Action, BenchWord {
    static let name = "test_result_reset"

    let bench: Bench

    func perform(in run: inout SieveRun, rule: String) {
        run.forgetActions()
        bench.with { $0.sent = [] }
    }
}

/// `test_result_print`: whoever wants to see it, looks at the outcome.
struct ResultPrintCommand: Action, BenchWord {
    static let name = "test_result_print"

    func perform(in run: inout SieveRun, rule: String) {}
}

/// `test_result_execute`: what is wanted happens, in pretended folders and on a pretended road out.
struct ResultExecuteTest: Condition, BenchWord {
    static let name = "test_result_execute"

    let bench: Bench

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let settings = bench.with { $0.settings }
        for action in run.wishes { perform(action, run, BenchSettings(settings)) }
        bench.refresh(&run)
        return true
    }

    private func perform(_ action: SieveAction, _ run: SieveRun, _ settings: BenchSettings) {
        switch action.kind {
        case .keep: store(action, "INBOX", run)
        case .store(let folder, _): store(action, folder, run)
        case .redirect(let redirection):
            if let sent = BenchMail.redirected(action, redirection, run, settings) { send([sent]) }
        case .reject(let lines): send(BenchMail.rejected(lines, run, settings))
        case .notice(let notice): send(BenchMail.notices(notice, run, settings))
        case .remember, .count: bench.with { $0.memory.add(action.kind, at: run.context.time) }
        case .discard, .deferral, .stream, .hold: break
        }
    }

    private func store(_ action: SieveAction, _ folder: String, _ run: SieveRun) {
        let bytes = BenchMessage.bytes(of: run, action)
        bench.with { $0.stored[folder, default: []].append(.init(message: bytes, envelope: run.envelope)) }
    }

    private func send(_ messages: [Bench.Sent]) {
        for sent in messages { bench.with { $0.sent.append(sent) } }
    }
}

extension SieveRun {
    /// What is wanted; where a message is kept it lies in INBOX already.
    fileprivate var wishes: [SieveAction] {
        let actions = result.actions
        guard actions.contains(where: { $0.kind == .keep }) else { return actions }
        return actions.filter { action in
            if case .store("INBOX", _) = action.kind { false } else { true }
        }
    }
}
