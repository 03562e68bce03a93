import MailSyntax
import SieveEngine
import Synchronization

/// What a test file works with beside the language: scripts beside it, settings, folders and a road out, all pretended.
final class Bench: Sendable {
    /// A script beside the test file, by its relative path; nil: there is none.
    typealias Reader = @Sendable (String) -> [UInt8]?

    /// A message that went somewhere.
    struct Sent {
        var message: [UInt8]
        var envelope: SieveEnvelope
    }

    struct State {
        var settings: [String: String] = [:]
        /// The script of the last `test_script_compile`.
        var script: SieveScript?
        /// What went wrong last, in words.
        var errors: [String] = []
        /// By folder.
        var stored: [String: [Sent]] = [:]
        /// Out by SMTP.
        var sent: [Sent] = []
        var memory = PretendedMemory()
        /// What programs do, by name.
        var programs: [String: SieveProgramOutcome] = [:]
        /// Lists that the test file made.
        var lists: [String: SieveList] = [:]
    }

    /// Where the test file lies.
    let folder: String
    private let reader: Reader
    private let state = Mutex(State())

    init(folder: String, _ reader: @escaping Reader) {
        self.folder = folder
        self.reader = reader
    }

    /// The bytes of a file beside the test file; nil: there is none.
    func read(_ path: String) -> [UInt8]? {
        reader(path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.utf8.count + 1)) : path)
    }

    /// Looks at the state, or changes it.
    func with<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value {
        state.withLock(body)
    }

    /// The script beside the test file, which is the one to run from then on; nil if it does not compile.
    func compile(_ path: String) -> SieveScript? {
        guard let source = read(path) else {
            with { $0.errors = ["\(path) cannot be read"] }
            return nil
        }
        let (script, diagnostics) = SieveScript.compile(
            source, name: path, options(settings: with { $0.settings }))
        let errors = diagnostics.filter { $0.severity == .error }.map(\.text)
        with {
            $0.script = script
            // The sum of it all is what `policy check` ends with.
            $0.errors = errors.isEmpty ? [] : errors + ["\(errors.count) errors"]
        }
        return script
    }

    /// Runs scripts one after the other on the current message of `run`, which then wants what they want, instead of its
    /// own wishes or beside them; false at a run-time error.
    func run(_ scripts: [SieveScript], in run: inout SieveRun, beside isBeside: Bool = false) -> Bool {
        var inner = SieveRun(run.message, run.envelope, run.context)
        inner.subaddressSeparators = run.subaddressSeparators
        do throws(SieveRuntimeError) {
            for script in scripts where try !inner.run(script) { break }
            with { $0.errors = [] }
            run.adopt(inner, beside: isBeside)
            return true
        } catch {
            with { $0.errors = [error.fault.description] }
            return false
        }
    }

    /// How scripts are compiled on this bench, as the settings are now.
    func options(settings: [String: String]) -> CompileOptions {
        var options = CompileOptions()
        options.services = Set(SieveService.allCases)
        options.vocabulary = BenchVocabulary.words(on: self)
        options.limits = BenchSettings(settings).limits
        options.included = { [self] location, name in
            let folder = location == .personal ? "included" : "included-global"
            return read("\(folder)/\(name).sieve") ?? read("\(folder)/\(name)")
        }
        return options
    }
}

/// What was told of messages before, by the clock of the bench.
struct PretendedMemory: SieveMemory {
    private struct Seen {
        var at: Timestamp
        var seconds: Int
    }

    /// The time when it is asked.
    var now = Timestamp(millisecondsSince1970: 0)
    private var seen: [[UInt8]: Seen] = [:]
    private var counts: [(count: SieveCount, at: Timestamp)] = []

    func hasSeen(_ identifier: [UInt8], withinSeconds: Int) -> Bool {
        guard let seen = seen[identifier] else { return false }
        return isPast(seen.at, withinSeconds: min(seen.seconds, withinSeconds))
    }

    func count(of key: [UInt8], withinSeconds: Int) -> Int {
        counts.reduce(0) { sum, counted in
            let counts = counted.count.key == key && isPast(counted.at, withinSeconds: withinSeconds)
            return counts ? sum + counted.count.amount : sum
        }
    }

    private func isPast(_ time: Timestamp, withinSeconds seconds: Int) -> Bool {
        now.millisecondsSince1970 - time.millisecondsSince1970 < Int64(seconds) * 1000
    }

    mutating func add(_ kind: SieveAction.Kind, at time: Timestamp) {
        switch kind {
        case .remember(let identifier, let seconds): seen[identifier] = Seen(at: time, seconds: seconds)
        case .count(let count): counts.append((count, time))
        case .keep, .discard, .redirect, .reject, .deferral, .stream, .hold, .store, .notice: break
        }
    }
}
