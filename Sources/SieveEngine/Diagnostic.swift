/// A place in a script; both count from 1, columns in characters.
public struct ScriptPlace: Hashable, Sendable, Comparable {
    /// The line.
    public let line: Int
    /// The character in the line.
    public let column: Int

    /// A place of its parts.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Order in the script.
    public static func < (left: ScriptPlace, right: ScriptPlace) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// One thing wrong, or doubtful, in a script.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// What a diagnostic means for the script.
    public enum Severity: String, Hashable, Sendable {
        /// It cannot be used.
        case error
        /// It can, but hardly does what its writer meant.
        case warning
    }

    /// The script's name.
    public let file: String
    /// Where it is.
    public let place: ScriptPlace
    /// What it means for the script.
    public let severity: Severity
    /// What is wrong, in words.
    public let text: String

    /// A diagnostic of its parts.
    public init(file: String, place: ScriptPlace, severity: Severity, text: String) {
        self.file = file
        self.place = place
        self.severity = severity
        self.text = text
    }

    /// The place's line.
    public var line: Int { place.line }
    /// The place's column.
    public var column: Int { place.column }

    /// `data.sieve:14:9: error: unknown stream "offcie"; did you mean "office"?`
    public var description: String { "\(file):\(line):\(column): \(severity.rawValue): \(text)" }
}

/// What was found so far, up to a bound.
package struct Diagnostics {
    private(set) var all: [Diagnostic] = []
    let file: String

    init(file: String) { self.file = file }

    var isFull: Bool { all.count > Limits.diagnosticCount }
    var hasErrors: Bool { all.contains { $0.severity == .error } }
    /// In the order of the script; behind them those of the scripts that it includes.
    var sorted: [Diagnostic] {
        all.filter { $0.file == file }.sorted { $0.place < $1.place } + all.filter { $0.file != file }
    }

    package mutating func error(_ text: String, at place: ScriptPlace) { add(.error, text, place) }
    package mutating func warning(_ text: String, at place: ScriptPlace) { add(.warning, text, place) }

    /// Adds what was found in an included script.
    mutating func add(_ others: [Diagnostic]) { for other in others where !isFull { all.append(other) } }

    private mutating func add(_ severity: Diagnostic.Severity, _ text: String, _ place: ScriptPlace) {
        guard !isFull else { return }
        if all.count == Limits.diagnosticCount {
            all.append(Diagnostic(file: file, place: place, severity: .error, text: "too many errors"))
        } else {
            all.append(Diagnostic(file: file, place: place, severity: severity, text: text))
        }
    }
}
