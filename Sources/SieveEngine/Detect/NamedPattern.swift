/// A pattern of the configuration that `detect` looks for beside what it knows by itself.
struct NamedPattern: Sendable {
    let name: String
    let expression: RegularExpression

    /// nil: it is no regular expression.
    init?(_ name: String, _ pattern: String) {
        // Why it is none, `SieveExpression.fault` says.
        guard let expression = try? RegularExpression(Array(pattern.utf8), ignoresCase: false) else {
            return nil
        }
        self.name = name
        self.expression = expression
    }
}

/// Looks for patterns in texts, line by line: a value ends with its line.
struct PatternScan {
    /// A value, and the pattern that found it.
    struct Value: Hashable {
        let name: String
        let text: [UInt8]
    }

    /// The different values found, no more than are asked for.
    private(set) var values: Set<Value> = []
    private let patterns: [NamedPattern]
    private let limit: Int
    private var matchCount = 0

    init(_ patterns: [NamedPattern], limit: Int) {
        self.patterns = patterns
        self.limit = min(limit, Limits.detectionCount)
    }

    /// Takes a whole text.
    mutating func take(_ text: [UInt8], _ work: inout WorkBudget) throws(SieveFault) {
        guard !patterns.isEmpty else { return }
        for line in text.split(whereSeparator: ASCII.isLineEnd) {
            for pattern in patterns { try search(Array(line), for: pattern, &work) }
        }
    }

    private mutating func search(
        _ line: [UInt8], for pattern: NamedPattern, _ work: inout WorkBudget
    ) throws(SieveFault) {
        var rest = line
        while values.count < limit, !rest.isEmpty {
            // What is left of the line is read again for each match.
            try work.spend(rest.count)
            guard let found = try pattern.expression.firstMatch(in: rest, &work)?.first ?? nil else { return }
            matchCount += 1
            guard matchCount <= Limits.patternMatchCount else {
                throw .unfit("pattern \"\(pattern.name)\" matches too often")
            }
            if !found.isEmpty { values.insert(Value(name: pattern.name, text: Array(rest[found]))) }
            rest = Array(rest[max(found.upperBound, found.lowerBound + 1)...])
        }
    }
}

extension SieveExpression {
    /// Why a pattern cannot be used; nil: it can.
    package static func fault(of pattern: String) -> String? {
        do throws(RegexError) {
            _ = try RegularExpression(Array(pattern.utf8), ignoresCase: false)
            return nil
        } catch { return error.reason.rawValue }
    }
}
