/// The known name that somebody probably meant.
enum Suggestion {
    /// `; did you mean "office"?`, or nothing where no name is near.
    static func question(for name: String, among known: [String]) -> String {
        let wanted = Array(name.utf8.prefix(nameByteCount))
        let nearest = known.map {
            (name: $0, distance: distance(wanted, Array($0.utf8.prefix(nameByteCount))))
        }
        .min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= max(1, wanted.count / 3) else { return "" }
        return "; did you mean \"\(nearest.name)\"?"
    }

    /// Of longer names only the beginning is compared.
    private static let nameByteCount = 64

    /// How many letters to insert, drop, replace or swap with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var cost = min(last[j + 1], row[j]) + 1
                cost = min(cost, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
