/// Reads an extended regular expression (IEEE 1003.1 chapter 9.4).
struct RegexParser {
    private let pattern: [Unicode.Scalar]
    /// Where each character begins in bytes, and where the pattern ends.
    private let offsets: [Int]
    private let isUTF8: Bool
    private let ignoresCase: Bool
    private var place = 0
    private var depth = 0
    private(set) var groupCount = 0

    init(_ pattern: [UInt8], ignoresCase: Bool) {
        let text = String(validating: pattern, as: UTF8.self)
        self.pattern = Array((text ?? "").unicodeScalars)
        isUTF8 = text != nil
        self.ignoresCase = ignoresCase
        offsets = self.pattern.reduce(into: [0]) { $0.append(($0.last ?? 0) + UTF8.width($1)) }
    }

    mutating func parse() throws(RegexError) -> RegexNode {
        guard isUTF8 else { throw error(.notUTF8) }
        let node = try alternatives()
        guard place == pattern.count else { throw error(.unopenedGroup) }
        return node
    }

    private var next: Unicode.Scalar? { place < pattern.count ? pattern[place] : nil }

    private func error(_ reason: RegexError.Reason, at place: Int? = nil) -> RegexError {
        RegexError(reason: reason, offset: offsets[min(place ?? self.place, offsets.count - 1)])
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        place += 1
        return true
    }

    // MARK: Structure

    private mutating func alternatives() throws(RegexError) -> RegexNode {
        var nodes = [try sequence()]
        while take("|") { nodes.append(try sequence()) }
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    private mutating func sequence() throws(RegexError) -> RegexNode {
        var nodes: [RegexNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            nodes.append(try repeated())
        }
        switch nodes.count {
        case 0: return .empty
        case 1: return nodes[0]
        default: return .sequence(nodes)
        }
    }

    private mutating func repeated() throws(RegexError) -> RegexNode {
        let start = place
        var node = try atom()
        while let bounds = try bounds() {
            switch node {
            case .textStart, .textEnd: throw error(.nothingToRepeat, at: start + 1)
            default: break
            }
            node = .repeated(node, least: bounds.least, most: bounds.most)
            depth += 1
            guard depth <= Limits.regexDepth else { throw error(.tooDeep) }
        }
        depth -= repeatCount(of: node)
        return node
    }

    private func repeatCount(of node: RegexNode) -> Int {
        var (count, node) = (0, node)
        while case .repeated(let inner, _, _) = node { (count, node) = (count + 1, inner) }
        return count
    }

    private mutating func atom() throws(RegexError) -> RegexNode {
        guard let scalar = next else { return .empty }
        place += 1
        switch scalar {
        case "(": return try group()
        case "[": return .set(try bracket())
        case ".": return .set(.any)
        case "^": return .textStart
        case "$": return .textEnd
        case "\\": return .set(try escape())
        case "*", "+", "?": throw error(.nothingToRepeat, at: place - 1)
        case "{" where next.map(Self.isDigit) == true: throw error(.nothingToRepeat, at: place - 1)
        default: return .set(literal(scalar))
        }
    }

    private mutating func group() throws(RegexError) -> RegexNode {
        let start = place - 1
        groupCount += 1
        let number = groupCount
        depth += 1
        guard depth <= Limits.regexDepth else { throw error(.tooDeep) }
        let node = try alternatives()
        depth -= 1
        guard take(")") else { throw error(.unclosedGroup, at: start) }
        return .group(number, node)
    }

    // MARK: Repeats

    private mutating func bounds() throws(RegexError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let isBound =
            place + 1 < pattern.count && (Self.isDigit(pattern[place + 1]) || pattern[place + 1] == ",")
        guard next == "{", isBound else { return nil }
        return try interval()
    }

    /// `{2}`, `{2,}`, `{2,5}` or `{,5}`
    private mutating func interval() throws(RegexError) -> (least: Int, most: Int?) {
        let start = place
        place += 1
        let least = number()
        var most = least
        if take(",") { most = number() }
        let isBound = (least ?? 0) <= Limits.regexRepeatCount && (most ?? 0) <= Limits.regexRepeatCount
        guard take("}"), isBound, least != nil || most != nil, (least ?? 0) <= most ?? .max else {
            throw error(.badBound, at: start)
        }
        return (least ?? 0, most)
    }

    /// More than any limit for a number that is too long.
    private mutating func number() -> Int? {
        var value: Int?
        while let digit = next, Self.isDigit(digit) {
            value = min((value ?? 0) * 10 + Int(digit.value - 0x30), 1 << 30)
            place += 1
        }
        return value
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    // MARK: Characters

    private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        var set = ScalarSet([scalar.value...scalar.value])
        if ignoresCase { set.ignoreCase() }
        return set
    }

    private mutating func escape() throws(RegexError) -> ScalarSet {
        guard let scalar = next else { throw error(.trailingBackslash, at: place - 1) }
        place += 1
        switch scalar {
        case "d": return CharacterClass.digit
        case "D": return CharacterClass.digit.inverted
        case "w": return CharacterClass.word
        case "W": return CharacterClass.word.inverted
        case "s": return CharacterClass.space
        case "S": return CharacterClass.space.inverted
        case "1"..."9": throw error(.backReference, at: place - 2)
        case "a"..."z", "A"..."Z", "0": throw error(.unknownEscape, at: place - 2)
        default: return literal(scalar)
        }
    }

    /// Behind `[`: a bracket expression; a backslash has no meaning in it.
    private mutating func bracket() throws(RegexError) -> ScalarSet {
        let start = place - 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            if let name = try named(":", from: start) {
                guard let set = CharacterClass.named(name) else { throw error(.unknownClass, at: start) }
                ranges += set.ranges
            } else {
                ranges.append(try range(from: start))
            }
        }
        guard take("]") else { throw error(.unclosedBracket, at: start) }
        var set = ScalarSet(ranges)
        if ignoresCase { set.ignoreCase() }
        return isNegated ? set.inverted : set
    }

    private mutating func range(from start: Int) throws(RegexError) -> ClosedRange<UInt32> {
        let first = try end(from: start)
        let isRange = next == "-" && place + 1 < pattern.count && pattern[place + 1] != "]"
        guard isRange else { return first...first }
        place += 1
        let last = try end(from: start)
        guard first <= last else { throw error(.badRange) }
        return first...last
    }

    /// A character, or one written `[.x.]` or `[=x=]`.
    private mutating func end(from start: Int) throws(RegexError) -> UInt32 {
        for mark in [".", "="] as [Unicode.Scalar] {
            guard let name = try named(mark, from: start) else { continue }
            guard let scalar = name.unicodeScalars.first, name.unicodeScalars.count == 1 else {
                throw error(.unknownClass, at: start)
            }
            return scalar.value
        }
        guard let scalar = next else { throw error(.unclosedBracket, at: start) }
        place += 1
        return scalar.value
    }

    /// What stands between `[:` and `:]`.
    private mutating func named(_ mark: Unicode.Scalar, from start: Int) throws(RegexError) -> String? {
        guard next == "[", place + 1 < pattern.count, pattern[place + 1] == mark else { return nil }
        place += 2
        var name = String.UnicodeScalarView()
        while place + 1 < pattern.count, !(pattern[place] == mark && pattern[place + 1] == "]") {
            name.append(pattern[place])
            place += 1
        }
        guard place + 1 < pattern.count else { throw error(.unclosedBracket, at: start) }
        place += 2
        return String(name)
    }
}

/// The named classes, of ASCII as in the POSIX locale.
enum CharacterClass {
    static let digit = ScalarSet([0x30...0x39])
    static let space = ScalarSet([0x09...0x0D, 0x20...0x20])
    static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])

    static func named(_ name: String) -> ScalarSet? {
        switch name {
        case "alpha": ScalarSet([0x41...0x5A, 0x61...0x7A])
        case "digit": digit
        case "alnum": ScalarSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A])
        case "upper": ScalarSet([0x41...0x5A])
        case "lower": ScalarSet([0x61...0x7A])
        case "space": space
        case "blank": ScalarSet([0x09...0x09, 0x20...0x20])
        case "punct": ScalarSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])
        case "print": ScalarSet([0x20...0x7E])
        case "graph": ScalarSet([0x21...0x7E])
        case "cntrl": ScalarSet([0x00...0x1F, 0x7F...0x7F])
        case "xdigit": ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
        default: nil
        }
    }
}
