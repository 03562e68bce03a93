import MailSyntax

/// The spans as text, a line each in milliseconds since 1970: `START END`, and `START CAUSE …` of the one that goes on.
extension UncountedTime {
    package static var textByteCount: Int { Limits.uncountedByteCount }

    package var text: String {
        var lines = spans.map {
            "\($0.lowerBound.millisecondsSince1970) \($0.upperBound.millisecondsSince1970)\n"
        }
        if let openSince {
            let names = Cause.allCases.filter(causes.contains).map(\.rawValue)
            lines.append("\(openSince.millisecondsSince1970) \(names.joined(separator: " "))\n")
        }
        return lines.joined()
    }

    /// Nil if this is not such text.
    package init?(text: String) {
        guard text.utf8.count <= Self.textByteCount else { return nil }
        var (spans, openSince, causes) = ([Range<Timestamp>](), Timestamp?.none, Set<Cause>())
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 1, let start = Timestamp(words[0]) else { return nil }
            if let end = Timestamp(words[1]) {
                guard words.count == 2, start <= end else { return nil }
                spans.append(start..<end)
            } else {
                causes = Set(words.dropFirst().compactMap { Cause(rawValue: String($0)) })
                guard openSince == nil, causes.count == words.count - 1 else { return nil }
                openSince = start
            }
        }
        guard spans.count <= Limits.uncountedSpanCount else { return nil }
        self.init(spans: spans, openSince: openSince, causes: causes)
    }
}

extension Timestamp {
    fileprivate init?(_ text: Substring) {
        guard let milliseconds = Int64(text), milliseconds >= 0, milliseconds < Limits.latestTime else {
            return nil
        }
        self.init(millisecondsSince1970: milliseconds)
    }
}
