/// One thing that a script did while it ran, for those who want to know why.
///
/// `allof`, `anyof`, `not`, `true` and `false` are compiled away: what is told are the tests inside them that had to be
/// looked at, each with its own result, before `not` turns it round.
public struct SieveStep: Hashable, Sendable {
    /// What was done.
    public enum Kind: Hashable, Sendable {
        /// A test, by its name, and whether it holds.
        case test(String, holds: Bool)
        /// A command, by its name; header edits and `stop` too.
        case action(String)
    }

    /// What was done.
    public let kind: Kind
    /// Where the test or command stands in its script; both count from 1.
    public let line: Int
    /// See `line`.
    public let column: Int
    /// The name of the script that it stands in; an included one has its own.
    public let script: String
    /// What the comment above calls the rule that it is part of.
    public let ruleName: String?

    init(_ kind: Kind, at place: ScriptPlace, in script: SieveScript) {
        self.kind = kind
        line = place.line
        column = place.column
        self.script = script.name
        ruleName = script.ruleName(at: place)
    }
}

/// Is told of the steps of a run.
public typealias SieveObserver = (SieveStep) -> Void
