import MailSyntax

/// The words of a `reject` as reply: a code in front of them counts, as in `5.7.1 no` or
/// `550 5.7.1 no`.
struct RejectReason: Hashable {
    private(set) var code = 550
    private(set) var status = EnhancedStatus(5, 7, 1)
    private(set) var text: String

    init(_ reason: String) {
        text = reason
        if let word = word, let number = Int(word), (500...599).contains(number), word.utf8.count == 3 {
            code = number
            dropWord()
        }
        if let word = word, let status = Self.status(word) {
            self.status = status
            dropWord()
        }
        if text.isEmpty { text = "message refused by policy" }
    }

    private var word: String? { text.split(separator: " ", maxSplits: 1).first.map(String.init) }

    private mutating func dropWord() {
        let rest = text.drop { $0 == " " }.drop { $0 != " " }
        text = String(rest.drop { $0 == " " })
    }

    /// `5.7.1`; only such as refuse for good.
    private static func status(_ word: String) -> EnhancedStatus? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? Int(part) : nil
        }
        guard parts.count == 3, numbers.count == 3, numbers[0] == 5 else { return nil }
        return EnhancedStatus(numbers[0], numbers[1], numbers[2])
    }
}
