package import MailSyntax
import SieveEngine

/// What happens while a message is judged, step by step, for those who want to know why.
package enum PolicyStep: Hashable, Sendable {
    /// A script begins, by its path. It judges once for all recipients whom no script can tell apart; what follows, up
    /// to the next script, is its doing.
    case script(String, recipients: [Address])
    /// A test was looked at, or, where `holds` is nil, a command carried out; for its place see `SieveStep`.
    case step(String, holds: Bool?, line: Int, column: Int)
    /// The script stopped at a run-time error.
    case failure(rule: String, text: String)
    /// The routes were asked for a recipient.
    case route(Address, RouteChoice)

    init(_ step: SieveStep) {
        switch step.kind {
        case .test(let name, let holds):
            self = .step(name, holds: holds, line: step.line, column: step.column)
        case .action(let name): self = .step(name, holds: nil, line: step.line, column: step.column)
        }
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
