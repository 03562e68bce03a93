import MailSyntax
import SieveEngine

/// What a scanner would have said of a message, read from the header field that settings name (RFC 5235).
struct BenchScanner {
    private let prefix: String
    private let settings: [String: String]

    /// `kind` is `spamtest` or `virustest`.
    init(_ kind: String, _ settings: [String: String]) {
        prefix = "sieve_\(kind)_"
        self.settings = settings
    }

    /// From 0, clean, to 1; nil: nobody looked at the message.
    func ratio(of message: SieveMessage) -> Double? {
        guard let text = value(settings[prefix + "status_header"], of: message) else { return nil }
        guard let limit = limit(of: message), limit > 0 else { return nil }
        let score = settings[prefix + "status_type"] == "strlen" ? Double(text.count) : number(text)
        return score.map { min(1, max(0, $0 / limit)) }
    }

    /// The number of the text that settings give to each score.
    func textScore(of message: SieveMessage) -> Int? {
        guard settings[prefix + "status_type"] == "text" else { return nil }
        guard let text = value(settings[prefix + "status_header"], of: message) else { return nil }
        return (1...10).first { settings[prefix + "text_value/\($0)"]?.lowercased() == text.lowercased() }
    }

    var isText: Bool { settings[prefix + "status_type"] == "text" }

    private func limit(of message: SieveMessage) -> Double? {
        if let field = settings[prefix + "score_max_header"] {
            return value(field, of: message).flatMap(number)
        }
        return settings[prefix + "score_max_value"].flatMap(number)
    }

    /// `Name` or `Name:expression`, of which the first group counts.
    private func value(_ field: String?, of message: SieveMessage) -> String? {
        let parts = (field ?? "").split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = parts.first, let found = message.header.first(named: name) else { return nil }
        let text = HeaderBlock.unfold(message.head[found.valueRange])
        guard parts.count == 2 else { return text }
        let expression = String(parts[1].drop { $0 == " " })
        return SieveExpression.firstGroup(of: expression, in: text)
    }

    /// `-1.6`
    private func number(_ text: String) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNegative = text.hasPrefix("-")
        guard let whole = parts.first.flatMap({ Int($0.isEmpty ? "0" : $0) }) else { return nil }
        var fraction = 0.0
        if parts.count == 2, !parts[1].isEmpty {
            guard let digits = Int(parts[1]) else { return nil }
            fraction = Double(digits) / parts[1].reduce(1.0) { power, _ in power * 10 }
        }
        return isNegative ? Double(whole) - fraction : Double(whole) + fraction
    }
}
