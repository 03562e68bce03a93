import MailSyntax
import SieveEngine

extension Bench {
    /// Surrounds a run with what the settings of now say.
    func refresh(_ run: inout SieveRun) { prepare(&run, settings: with { $0.settings }) }

    func prepare(_ run: inout SieveRun, settings: [String: String]) {
        let values = BenchSettings(settings)
        var memory = with { $0.memory }
        memory.now = run.context.time
        let lists = lists(values).merging(with { $0.lists }) { $1 }
        let programs = PretendedPrograms(outcomes: with { $0.programs })
        run.subaddressSeparators = values.subaddressSeparators
        let message = run.message
        run.change { context in
            context.spamScore = Self.spamScore(of: message, BenchScanner("spamtest", settings))
            context.virusScore = Self.virusScore(of: message, BenchScanner("virustest", settings))
            context.unaddableFields = values.fields(with: "forbid_add")
            context.undeletableFields = values.fields(with: "forbid_delete")
                .union(SieveContext.alwaysKept).union(["received"])
            context.limits = values.limits
            context.lists = lists
            context.programs = programs
            context.memory = memory
            context.environment.merge(Self.environment) { old, _ in old }
        }
    }

    private static func spamScore(of message: SieveMessage, _ scanner: BenchScanner) -> SpamScore? {
        if scanner.isText {
            return scanner.textScore(of: message).map { SpamScore(score: $0, percent: ($0 - 1) * 100 / 9) }
        }
        return scanner.ratio(of: message).map {
            SpamScore(score: Int($0 * 9 + 1), percent: Int($0 * 100 + 0.5))
        }
    }

    private static func virusScore(of message: SieveMessage, _ scanner: BenchScanner) -> Int? {
        if scanner.isText { return scanner.textScore(of: message) }
        return scanner.ratio(of: message).map { Int($0 * 4 + 1) }
    }

    /// Lists in files of a key and a value, line by line; each is known by its short and by its long name.
    private func lists(_ settings: BenchSettings) -> [String: SieveList] {
        var lists: [String: SieveList] = [:]
        for (name, path) in settings.lists {
            let lines = path.flatMap { read($0) }?.split(separator: 0x0A) ?? []
            let entries = stride(from: 0, to: lines.count, by: 2).map { index in
                String(String(decoding: lines[index], as: UTF8.self).split(separator: "/").last ?? "")
            }
            lists[name] = SieveList(entries)
            lists["urn:ietf:params:sieve" + name] = SieveList(entries)
        }
        return lists
    }

    private static let environment = [
        "name": "postern", "version": "1", "location": "MTA", "phase": "pre", "host": "relay.example.com",
        "domain": "example.com", "remote-ip": "192.0.2.1", "remote-host": "client.example.com",
    ]
}
