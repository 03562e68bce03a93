/// One thing wrong, or doubtful, in the configuration or in a file that it names.
package struct SettingsFinding: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        /// The configuration cannot be used.
        case error
        case warning
    }

    package var file: String
    /// Both count from 1.
    package var line: Int
    package var column: Int
    package var severity: Severity
    package var text: String

    package init(file: String, line: Int, column: Int, severity: Severity, text: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.text = text
    }

    /// `postern.yaml:14:5: error: unknown key "smarthots" in streams.marketing; did you mean "smarthosts"?`
    package var description: String { "\(file):\(line):\(column): \(severity.rawValue): \(text)" }
}
