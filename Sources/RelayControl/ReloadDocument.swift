/// What became of a reload.
package struct ReloadDocument: Decodable, Sendable {
    /// One thing wrong, or doubtful, in the configuration; a place of 0 means none.
    package struct Finding: Decodable, Sendable {
        package var file: String
        package var line: Int
        package var column: Int
        package var severity: String
        package var text: String

        package init(file: String, line: Int, column: Int, severity: String, text: String) {
            self.file = file
            self.line = line
            self.column = column
            self.severity = severity
            self.text = text
        }
    }

    /// Whether the configuration on disk is in force now; if not, the one before still is.
    package var isInForce: Bool
    /// The short hash of the configuration in force.
    package var configuration: String
    /// The parts that changed.
    package var changed: [String]
    package var findings: [Finding]

    package init(isInForce: Bool, configuration: String, changed: [String], findings: [Finding]) {
        self.isInForce = isInForce
        self.configuration = configuration
        self.changed = changed
        self.findings = findings
    }

    private enum CodingKeys: String, CodingKey {
        case isInForce = "reloaded"
        case configuration
        case changed
        case findings
    }
}

extension JSONWriter {
    mutating func write(_ reload: ReloadDocument) {
        object { json in
            json.member("reloaded", reload.isInForce)
            json.member("configuration", reload.configuration)
            json.member("changed", reload.changed)
            json.member("findings", of: reload.findings) { json, finding in
                json.member("file", finding.file)
                json.member("line", finding.line)
                json.member("column", finding.column)
                json.member("severity", finding.severity)
                json.member("text", finding.text)
            }
        }
    }
}
