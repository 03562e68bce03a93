import MailSyntax

/// The words of a `reject` or `defer` as reply: a code in front of them counts, as in `5.7.1 no` or
/// `550 5.7.1 no`.
struct RejectReason: Hashable {
    private(set) var code: Int
    private(set) var status: EnhancedStatus
    /// At least one.
    private(set) var lines: [String]

    /// All of it on one line.
    var text: String { lines.joined(separator: " ") }

    /// The reply to a message that is refused for good, or for now.
    init(_ reason: String, refusing isFinal: Bool = true) { self.init(lines: [reason], refusing: isFinal) }

    /// The same of several lines.
    init(lines reason: [String], refusing isFinal: Bool = true) {
        lines = reason
        code = isFinal ? 550 : 451
        status = isFinal ? EnhancedStatus(5, 7, 1) : EnhancedStatus(4, 7, 1)
        let kind = isFinal ? 5 : 4
        if let word = word, let number = Int(word), number / 100 == kind, word.utf8.count == 3,
            number != Self.closing
        {
            code = number
            dropWord()
        }
        if let word = word, let status = Self.status(word, kind) {
            self.status = status
            dropWord()
        }
        if lines.first == "" { lines.removeFirst() }
        if lines.isEmpty { lines = [isFinal ? "message refused by policy" : "try again later"] }
    }

    /// Says that the connection ends, which it does not (RFC 5321 section 3.8).
    private static let closing = 421

    /// The first one.
    private var word: String? { lines.first?.split(separator: " ", maxSplits: 1).first.map(String.init) }

    private mutating func dropWord() {
        guard let line = lines.first else { return }
        let rest = line.drop { $0 == " " }.drop { $0 != " " }
        lines[0] = String(rest.drop { $0 == " " })
    }

    /// `5.7.1`; only such of the kind that the reply is of.
    private static func status(_ word: String, _ kind: Int) -> EnhancedStatus? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? Int(part) : nil
        }
        guard parts.count == 3, numbers.count == 3, numbers[0] == kind else { return nil }
        return EnhancedStatus(numbers[0], numbers[1], numbers[2])
    }
}
