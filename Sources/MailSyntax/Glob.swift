/// A pattern where `*` stands for any text and `?` for one character; case does not matter.
public struct Glob: Hashable, Sendable, CustomStringConvertible {
    /// The pattern as written.
    public let description: String
    private let pattern: [Unicode.Scalar]

    /// Any text is a pattern.
    public init(_ pattern: String) {
        description = pattern
        self.pattern = Self.folded(pattern)
    }

    /// Whether the whole of `text` fits the pattern; time is bounded by the product of their lengths.
    public func matches(_ text: String) -> Bool {
        let text = Self.folded(text)
        var (place, next) = (0, 0)
        // Where the last star stands, and how far into the text it was taken to reach.
        var star: (place: Int, reach: Int)?
        while next < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, next)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[next] {
                place += 1
                next += 1
            } else if let last = star {
                star = (last.place, last.reach + 1)
                (place, next) = (last.place + 1, last.reach + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }

    private static func folded(_ text: String) -> [Unicode.Scalar] { Array(text.lowercased().unicodeScalars) }
}
