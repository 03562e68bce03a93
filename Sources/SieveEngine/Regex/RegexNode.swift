/// A pattern as a tree.
indirect enum RegexNode {
    case empty
    case set(ScalarSet)
    /// `^`
    case textStart
    /// `$`
    case textEnd
    case sequence([RegexNode])
    case alternatives([RegexNode])
    /// Groups count from 1 in the order of their opening parentheses.
    case group(Int, RegexNode)
    /// `most` nil: without end.
    case repeated(RegexNode, least: Int, most: Int?)

    /// May match no bytes at all.
    var isNullable: Bool {
        switch self {
        case .empty, .textStart, .textEnd: true
        case .set: false
        case .sequence(let nodes): nodes.allSatisfy(\.isNullable)
        case .alternatives(let nodes): nodes.contains(where: \.isNullable)
        case .group(_, let node): node.isNullable
        case .repeated(let node, let least, _): least == 0 || node.isNullable
        }
    }
}

/// Characters, as ranges of their numbers in order and apart from each other.
struct ScalarSet: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    /// Bytes outside UTF-8 are in the set as well: so for `.` and for negated brackets.
    private(set) var hasStrayBytes = false

    init() {}

    init(_ ranges: [ClosedRange<UInt32>]) {
        self.ranges = ranges
        normalise()
    }

    static let highest: UInt32 = 0x10FFFF
    static let any = ScalarSet().inverted

    /// All other characters.
    var inverted: ScalarSet {
        var inverted = ScalarSet()
        inverted.hasStrayBytes = !hasStrayBytes
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { inverted.ranges.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= Self.highest { inverted.ranges.append(next...Self.highest) }
        return inverted
    }

    mutating func formUnion(_ other: ScalarSet) {
        ranges += other.ranges
        hasStrayBytes = hasStrayBytes || other.hasStrayBytes
        normalise()
    }

    /// Adds each ASCII letter in its other case.
    mutating func ignoreCase() {
        for letter in UInt32(0x41)...0x5A {
            let (upper, lower) = (contains(letter), contains(letter | 0x20))
            if upper != lower { ranges.append(upper ? letter | 0x20...letter | 0x20 : letter...letter) }
        }
        normalise()
    }

    /// All characters outside ASCII and all bytes outside UTF-8.
    var hasAllBeyondASCII: Bool {
        hasStrayBytes && ranges.last.map { $0.lowerBound <= 0x80 && $0.upperBound == Self.highest } == true
    }

    func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } }

    private mutating func normalise() {
        ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }
}
