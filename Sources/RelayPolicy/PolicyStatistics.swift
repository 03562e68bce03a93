import Synchronization

/// How often the tests and commands of a policy's scripts were met since it was loaded, and what time they took.
package final class PolicyStatistics: Sendable {
    /// A test or command.
    package struct Rule: Hashable, Sendable {
        package var place: RulePlace
        /// The test's or command's name.
        package var name: String
    }

    package struct Figures: Hashable, Sendable {
        /// How often it was met.
        package var count = 0
        /// How often a test held; nil of a command.
        package var heldCount: Int?
        package var time = Duration.zero
    }

    private let rules = Mutex<[Rule: Figures]>([:])

    /// By script, line and column.
    package var all: [(rule: Rule, figures: Figures)] {
        rules.withLock { rules in rules.map { (rule: $0.key, figures: $0.value) } }.sorted {
            let (left, right) = ($0.rule.place, $1.rule.place)
            return (left.script, left.line, left.column) < (right.script, right.line, right.column)
        }
    }

    fileprivate func add(_ figures: [Rule: Figures]) {
        rules.withLock { rules in
            rules.merge(figures) { old, new in
                Figures(
                    count: old.count + new.count,
                    heldCount: old.heldCount.map { $0 + (new.heldCount ?? 0) },
                    time: old.time + new.time)
            }
        }
    }
}

/// Watches one judgement; what it saw is added to the statistics at its end.
struct PolicyStopwatch {
    private let statistics: PolicyStatistics
    private let uptime: @Sendable () -> ContinuousClock.Instant
    private var figures: [PolicyStatistics.Rule: PolicyStatistics.Figures] = [:]
    private var last: ContinuousClock.Instant

    init(_ statistics: PolicyStatistics, uptime: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.statistics = statistics
        self.uptime = uptime
        last = uptime()
    }

    mutating func see(_ step: PolicyStep) {
        let now = uptime()
        defer { last = now }
        switch step {
        case .step(let name, let holds, let place):
            let rule = PolicyStatistics.Rule(place: place, name: name)
            var known = figures[rule] ?? .init(heldCount: holds == nil ? nil : 0)
            known.count += 1
            known.time += now - last
            if holds == true { known.heldCount = (known.heldCount ?? 0) + 1 }
            figures[rule] = known
        case .script, .failure, .route: break
        }
    }

    func finish() { statistics.add(figures) }
}
