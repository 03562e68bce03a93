/// The word that a mistyped one may have meant.
enum Suggestion {
    /// The nearest of `words`, if it is near enough to be meant.
    static func nearest(to word: String, among words: [String]) -> String? {
        let limit = max(1, word.count / 3)
        // A word of any length may stand in the file; a far longer one is never near.
        guard word.count <= Limits.nameByteCount else { return nil }
        let ranked = words.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit {
            return best.word
        }
        return onlyLonger(word.lowercased(), among: words)
    }

    /// The one of `words` that goes on where this one ends: `user` for `username`.
    private static func onlyLonger(_ word: String, among words: [String]) -> String? {
        let longer = words.filter { $0.hasPrefix(word) }
        return word.count >= Limits.shortestPrefix && longer.count == 1 ? longer.first : nil
    }

    /// `; did you mean "offered"?`, or nothing.
    static func question(for word: String, among words: [String]) -> String {
        nearest(to: word, among: words).map { "; did you mean \(quoted($0))?" } ?? ""
    }

    /// Insertions, removals, replacements and swaps of neighbours that lead from one word to the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var cost = min(previous[column + 1], current[column]) + 1
                cost = min(cost, previous[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, older[column - 1] + 1)
                }
                current.append(cost)
            }
            (older, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
