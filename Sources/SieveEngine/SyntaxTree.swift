/// A command or a test with what stands behind its name (RFC 5228 section 8.2).
package struct Node: Sendable {
    /// In lower case.
    package let name: String
    package let place: ScriptPlace
    var arguments: [Argument] = []
    /// The test behind an `if` or `not`, or those in parentheses.
    var tests: [Node] = []
    /// The tests stood in parentheses.
    var hasTestList = false
    /// The commands in braces; nil: the command ended with a semicolon.
    var block: [Node]?
    /// What the comment above it calls it.
    var ruleName: String?

    init(_ name: String, at place: ScriptPlace) {
        self.name = name
        self.place = place
    }
}

/// An argument of a command or test, as written.
struct Argument: Sendable {
    enum Value: Sendable {
        /// In lower case, without its colon.
        case tag(String)
        case number(Int)
        case string(Text)
        case list([Text])
    }

    let value: Value
    let place: ScriptPlace
}

/// A string of a script and where it stands.
package struct Text: Sendable {
    package var bytes: [UInt8]
    package let place: ScriptPlace

    package var string: String { String(decoding: bytes, as: UTF8.self) }
}
