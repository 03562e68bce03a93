import Glibc
import Synchronization

/// Runs seed after seed, on as many threads as told, and stops at the first findings.
@main
enum Simulate {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard let numbers = numbers(of: arguments) else {
            print("usage: simulate [runs=20000] [from=1] [threads=2] | seed=N")
            exit(2)
        }
        if let seed = numbers["seed"] { return replay(seed) }
        let runs = numbers["runs"] ?? 20_000
        let from = numbers["from"] ?? 1
        let start = ContinuousClock.now
        let search = await search(from..<from + runs, threadCount: numbers["threads"] ?? 2)
        let findings = search.all
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        for finding in findings { print(finding) }
        let count = min(runs, search.begun - from)
        print("simulation: \(count) seeds from \(from) in \(seconds) s, \(findings.count) findings")
        exit(findings.isEmpty ? 0 : 1)
    }

    private static func numbers(of arguments: some Sequence<String>) -> [String: UInt64]? {
        var numbers: [String: UInt64] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=")
            guard parts.count == 2, ["runs", "from", "threads", "seed"].contains(parts[0]),
                let number = UInt64(parts[1])
            else { return nil }
            numbers[String(parts[0])] = number
        }
        return numbers
    }

    /// One run again, step by step.
    private static func replay(_ seed: UInt64) {
        var run = CampaignRun(seed: seed) { print($0) }
        do {
            try run.go()
            print("seed \(seed): nothing found")
        } catch {
            print("\(run.context): \(error)")
            exit(1)
        }
    }

    /// Finds at most so much that a person reads it.
    private static func search(_ seeds: Range<UInt64>, threadCount: UInt64) async -> Search {
        let search = Search(seeds)
        await withTaskGroup { group in
            for _ in 0..<threadCount { group.addTask { search.work() } }
        }
        return search
    }
}

/// Seeds that are still to be run, and what was found.
private final class Search: Sendable {
    private let end: UInt64
    private let next: Atomic<UInt64>
    private let findings = Mutex<[String]>([])

    init(_ seeds: Range<UInt64>) {
        next = Atomic(seeds.lowerBound)
        end = seeds.upperBound
    }

    /// The seed that comes next.
    var begun: UInt64 { next.load(ordering: .relaxed) }

    var all: [String] { findings.withLock { $0 } }

    func work() {
        while all.count < 10 {
            let seed = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard seed < end else { return }
            var run = CampaignRun(seed: seed)
            do { try run.go() } catch { findings.withLock { $0.append("\(run.context): \(error)") } }
        }
    }
}
