import ArgumentParser
import RelayControl
import Synchronization

/// `postern policy stats`.
struct PolicyStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how often each test and command of the running policy was met, and its time.",
        discussion: """
            Counts from when the scripts were loaded: at the start, and at each reload. A rule that nothing ever
            meets, or that always holds, hardly does what its writer meant. A rule that a comment names (# rule: cards)
            has that name in parentheses.

            EXAMPLES:
              postern policy stats
              postern policy stats --json | jq -s 'sort_by(-.microseconds) | .[:5]'
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        try await daemon.withClient { client in
            let listing = RuleListing(isJSON: daemon.json)
            try await client.rules { listing.add($0) }
            try listing.end()
        }
    }
}

/// Prints rules as they come.
final class RuleListing: Sendable {
    private let isJSON: Bool
    private let state = Mutex((script: "", failure: ControlFailure?.none))

    private static let table = Table(columns: [
        Table.Column(title: "LINE", width: 9), Table.Column(title: "RULE", width: 24),
        Table.Column(title: "MET", width: 10, isNumber: true),
        Table.Column(title: "HELD", width: 10, isNumber: true),
        Table.Column(title: "EACH", width: 10, isNumber: true),
    ])

    init(isJSON: Bool) { self.isJSON = isJSON }

    func add(_ line: [UInt8]) {
        if isJSON { return Output.write(line + [UInt8(ascii: "\n")]) }
        do throws(ControlFailure) {
            let rule = try ControlClient.decode(RuleDocument.self, from: line)
            let isNew = state.withLock { state in
                defer { state.script = rule.script }
                return state.script != rule.script
            }
            if isNew { for text in [rule.script, Self.table.header] { Output.line(text) } }
            Output.line(Self.row(rule))
        } catch { state.withLock { $0.failure = error } }
    }

    static func row(_ rule: RuleDocument) -> String {
        let each = rule.count > 0 ? rule.microseconds / rule.count : 0
        return table.row([
            "\(rule.line):\(rule.column)", rule.name + (rule.rule.map { " (\($0))" } ?? ""),
            String(rule.count), rule.held.map { String($0) } ?? "",
            "\(each) us",
        ])
    }

    func end() throws {
        if let failure = state.withLock(\.failure) { throw failure }
    }
}
