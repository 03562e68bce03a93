/// A line of `policy stats`: a test or command of a policy script, and what it did since the scripts were loaded.
package struct RuleDocument: Decodable, Equatable, Sendable {
    /// The script's path.
    package var script: String
    package var line: Int
    package var column: Int
    package var name: String
    /// How often it was met.
    package var count: Int
    /// How often a test held; nil of a command.
    package var held: Int?
    package var microseconds: Int
    /// What a comment calls the rule that it is part of.
    package var rule: String?

    package init(
        script: String, line: Int, column: Int, name: String, count: Int, held: Int?, microseconds: Int,
        rule: String? = nil
    ) {
        self.script = script
        self.line = line
        self.column = column
        self.name = name
        self.count = count
        self.held = held
        self.microseconds = microseconds
        self.rule = rule
    }
}

extension JSONWriter {
    mutating func write(_ rule: RuleDocument) {
        object { json in
            json.member("script", rule.script)
            json.member("line", rule.line)
            json.member("column", rule.column)
            json.member("name", rule.name)
            json.member("count", rule.count)
            if let held = rule.held { json.member("held", held) }
            json.member("microseconds", rule.microseconds)
            json.member("rule", rule.rule)
        }
    }
}
