package import MailSyntax
import SieveEngine

/// What happens while a message is judged, step by step, for those who want to know why.
package enum PolicyStep: Hashable, Sendable {
    /// A script begins, by its path. It judges once for all recipients whom no script can tell apart; what follows, up
    /// to the next script, is its doing.
    case script(String, recipients: [Address])
    /// A test was looked at, or, where `holds` is nil, a command carried out; see `SieveStep`.
    case step(String, holds: Bool?, at: RulePlace)
    /// The script stopped at a run-time error.
    case failure(rule: String, text: String)
    /// The routes were asked for a recipient.
    case route(Address, RouteChoice)

    /// A step of the script of this name and path, or of one that it includes.
    init(_ step: SieveStep, of name: String, _ path: String) {
        let script = step.script == name ? path : PolicyLoader.path(of: step.script, beside: path)
        let place = RulePlace(
            script: script, line: step.line, column: step.column, ruleName: step.ruleName)
        switch step.kind {
        case .test(let name, let holds): self = .step(name, holds: holds, at: place)
        case .action(let name): self = .step(name, holds: nil, at: place)
        }
    }
}

/// Where a test or command stands.
package struct RulePlace: Hashable, Sendable {
    /// The script's path.
    package var script: String
    package var line: Int
    package var column: Int
    /// What a comment calls the rule.
    package var ruleName: String?

    package init(script: String, line: Int, column: Int, ruleName: String? = nil) {
        self.script = script
        self.line = line
        self.column = column
        self.ruleName = ruleName
    }
}

/// Is told of the steps of a judgement.
package typealias PolicyObserver = (PolicyStep) -> Void

/// What the routes say of a recipient.
package struct RouteChoice: Hashable, Sendable {
    /// nil: no route fits and there is no default.
    package var stream: String?
    /// The route that fits, from 1, and its line in the configuration; nil: the default.
    package var route: Int?
    package var line: Int?
}
