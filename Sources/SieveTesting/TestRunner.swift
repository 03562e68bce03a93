import MailSyntax
import SieveEngine

/// Runs a file of script tests: `test "name" { ... }` blocks, and what stands between them (`postern policy test`).
package struct TestRunner {
    /// What became of one block.
    package struct Outcome: Hashable, Sendable {
        package var name: String
        /// Why it failed; nil: it passed.
        package var failure: String?
    }

    private let bench: Bench
    private let script: SieveScript
    private var run: SieveRun
    private var outcomes: [Outcome] = []
    /// The block that runs, and where it ends.
    private var block: (name: String, end: Int)?

    /// The outcomes of a file's blocks. `read` gives scripts beside it by their relative paths, `folder` is its own.
    package static func run(
        _ source: [UInt8], name: String, folder: String, read: @escaping @Sendable (String) -> [UInt8]?
    ) -> [Outcome] {
        let bench = Bench(folder: folder, read)
        let options = bench.options(settings: [:])
        let (script, diagnostics) = SieveScript.compile(source, name: name, options)
        guard let script else {
            let first = diagnostics.first { $0.severity == .error }
            let names = SieveScript.sectionNames(of: source, name: name)
            let reason = "does not compile: \(first?.description ?? "")"
            return (names.isEmpty ? [name] : names).map { Outcome(name: $0, failure: reason) }
        }
        var runner = TestRunner(bench, script)
        runner.runAll()
        return runner.outcomes
    }

    private init(_ bench: Bench, _ script: SieveScript) {
        self.bench = bench
        self.script = script
        let message = BenchMessage.standard
        run = SieveRun(message, BenchMessage.envelope(of: message))
        run.change { $0.time = Self.noon }
        bench.prepare(&run, settings: [:])
        run.enter(script)
    }

    /// Thursday, 1 January 2026, 12:00 UTC: the time of a bench until `test_set "clock"` says another.
    private static let noon = Timestamp(millisecondsSince1970: 1_767_268_800_000)

    private mutating func runAll() {
        var next = 0
        while next < script.instructions.count {
            switch script.instructions[next] {
            case .section(let name, let end):
                block = (run.text(name), script.address(of: end))
                run.forgetSteps()
                next += 1
            case .endSection:
                finish(nil)
                next += 1
            case .check, .perform, .jump, .include, .leave, .stop, .enterParts, .nextPart, .leaveParts:
                next = advance(from: next)
            }
        }
    }

    /// The instruction behind this one.
    private mutating func advance(from index: Int) -> Int {
        do throws(SieveRuntimeError) {
            switch try run.step(script, at: index, nil) {
            case .goOn(let next): return next
            case .leave, .stop: return block?.end ?? script.instructions.count
            }
        } catch {
            guard let end = block?.end else { return abandon(from: index, error) }
            finish(error.description)
            return end
        }
    }

    /// The block is over; an `endSection` that is met without one says nothing.
    private mutating func finish(_ failure: String?) {
        guard let name = block?.name else { return }
        outcomes.append(Outcome(name: name, failure: failure))
        block = nil
    }

    /// Outside all blocks an error leaves the blocks behind it without ground.
    private mutating func abandon(from index: Int, _ error: SieveRuntimeError) -> Int {
        for case .section(let name, _) in script.instructions[index...] {
            outcomes.append(Outcome(name: run.text(name), failure: "not run: \(error)"))
        }
        return script.instructions.count
    }
}
