/// A pattern as instructions over bytes; each that consumes a byte is one place that a match can have come to.
struct RegexProgram: Sendable {
    enum Instruction: Sendable {
        /// Takes a byte of this set of `byteSets`.
        case byte(set: Int, next: Int)
        /// Goes on in both places; the first is the better one.
        case split(Int, Int)
        case save(slot: Int, next: Int)
        case textStart(next: Int)
        case textEnd(next: Int)
        case match
    }

    private(set) var instructions: [Instruction] = []
    private(set) var byteSets: [ByteSet] = []
    private(set) var start = 0
    private var setNumbers: [ByteSet: Int] = [:]
    private let groupCount: Int
    /// Nodes seen, since a node may come to no instruction.
    private var workCount = 0

    init(_ node: RegexNode, groupCount: Int) throws(RegexError) {
        self.groupCount = groupCount
        let end = try add(.match)
        start = try compile(node, before: end)
    }

    private mutating func add(_ instruction: Instruction) throws(RegexError) -> Int {
        guard instructions.count < Limits.regexInstructionCount else {
            throw RegexError(reason: .tooLarge, offset: 0)
        }
        instructions.append(instruction)
        return instructions.count - 1
    }

    /// Compiles from the end to the front: what follows a node is there before it. Returns its first place.
    private mutating func compile(_ node: RegexNode, before next: Int) throws(RegexError) -> Int {
        workCount += 1
        guard workCount <= 4 * Limits.regexInstructionCount else {
            throw RegexError(reason: .tooLarge, offset: 0)
        }
        switch node {
        case .empty: return next
        case .set(let set): return try compile(set, before: next)
        case .textStart: return try add(.textStart(next: next))
        case .textEnd: return try add(.textEnd(next: next))
        case .sequence(let nodes):
            var place = next
            for node in nodes.reversed() { place = try compile(node, before: place) }
            return place
        case .alternatives(let nodes):
            var places: [Int] = []
            for node in nodes { places.append(try compile(node, before: next)) }
            return try choice(places)
        case .group(let number, let inner):
            guard number <= groupCount else { return try compile(inner, before: next) }
            let close = try add(.save(slot: 2 * number + 1, next: next))
            return try add(.save(slot: 2 * number, next: try compile(inner, before: close)))
        case .repeated(let inner, let least, let most):
            return try compile(inner, least: least, most: most, before: next)
        }
    }

    /// The places in order of preference.
    private mutating func choice(_ places: [Int]) throws(RegexError) -> Int {
        var place = places[places.count - 1]
        for other in places.dropLast().reversed() { place = try add(.split(other, place)) }
        return place
    }

    private mutating func compile(
        _ node: RegexNode, least: Int, most: Int?, before next: Int
    ) throws(RegexError) -> Int {
        var place = next
        if let most {
            for _ in 0..<(most - least) {
                place = try add(.split(try compile(node, before: place), next))
            }
        } else {
            // A loop with an empty turn goes round once, so that a group in it has its empty match.
            let loop = try add(.match)
            let body = try compile(node, before: loop)
            instructions[loop] = .split(body, next)
            let isAsked = least == 0
            place = isAsked && node.isNullable ? try add(.split(body, next)) : isAsked ? loop : body
        }
        for _ in 0..<(most == nil ? max(0, least - 1) : least) { place = try compile(node, before: place) }
        return place
    }

    // MARK: Characters

    /// A set of characters as bytes of UTF-8: what is ASCII in one step, the rest as sequences.
    private mutating func compile(_ set: ScalarSet, before next: Int) throws(RegexError) -> Int {
        var single = ByteSet()
        var sequences: [[ClosedRange<UInt8>]] = []
        for range in set.ranges { UTF8Sequences.append(range, single: &single, to: &sequences) }
        if set.hasStrayBytes { single.insert(0x80...0xFF) }
        if set.hasAllBeyondASCII { return try compileAny(single, before: next) }
        var places: [Int] = []
        for sequence in sequences {
            var place = next
            for range in sequence.reversed() {
                place = try add(.byte(set: number(of: ByteSet(range)), next: place))
            }
            places.append(place)
        }
        if !single.isEmpty || places.isEmpty {
            places.append(try add(.byte(set: number(of: single), next: next)))
        }
        return try choice(places)
    }

    /// The usual `.` and `[^…]` in few instructions: any sequence that looks like UTF-8, or one of these bytes.
    private mutating func compileAny(_ single: ByteSet, before next: Int) throws(RegexError) -> Int {
        let continuation = number(of: ByteSet(0x80...0xBF))
        var places: [Int] = []
        var rest = next
        for lead in [0xC2...0xDF, 0xE0...0xEF, 0xF0...0xF4] as [ClosedRange<UInt8>] {
            rest = try add(.byte(set: continuation, next: rest))
            places.append(try add(.byte(set: number(of: ByteSet(lead)), next: rest)))
        }
        places.append(try add(.byte(set: number(of: single), next: next)))
        return try choice(places)
    }

    private mutating func number(of set: ByteSet) -> Int {
        if let number = setNumbers[set] { return number }
        byteSets.append(set)
        setNumbers[set] = byteSets.count - 1
        return byteSets.count - 1
    }
}

/// A set of bytes as 256 bits.
struct ByteSet: Hashable, Sendable {
    private var words = SIMD4<UInt64>()

    init() {}

    init(_ range: ClosedRange<UInt8>) { insert(range) }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    var isEmpty: Bool { words == SIMD4<UInt64>() }
}

/// Ranges of characters as ranges of the bytes that UTF-8 writes them in.
enum UTF8Sequences {
    /// Adds ASCII to `single`, and the rest to `sequences`.
    static func append(
        _ range: ClosedRange<UInt32>, single: inout ByteSet, to sequences: inout [[ClosedRange<UInt8>]]
    ) {
        for block in [0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x1_0000...0x10_FFFF]
            as [ClosedRange<UInt32>]
        where range.overlaps(block) {
            let part = range.clamped(to: block)
            if part.upperBound < 0x80 {
                single.insert(UInt8(part.lowerBound)...UInt8(part.upperBound))
            } else {
                split(part, to: &sequences)
            }
        }
    }

    /// Cuts a range, all of one length in UTF-8, where bytes behind the first that differs do not run in full.
    private static func split(_ range: ClosedRange<UInt32>, to sequences: inout [[ClosedRange<UInt8>]]) {
        for level in 1..<4 {
            let mask: UInt32 = (1 << UInt32(6 * level)) - 1
            let (low, high) = (range.lowerBound, range.upperBound)
            guard low & ~mask != high & ~mask else { continue }
            if low & mask != 0 {
                split(low...(low | mask), to: &sequences)
                return split((low | mask) + 1...high, to: &sequences)
            }
            if high & mask != mask {
                split(low...(high & ~mask) - 1, to: &sequences)
                return split(high & ~mask...high, to: &sequences)
            }
        }
        let (low, high) = (bytes(range.lowerBound), bytes(range.upperBound))
        sequences.append(zip(low, high).map { $0...$1 })
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        Unicode.Scalar(number).flatMap { UTF8.encode($0) }.map(Array.init) ?? []
    }
}
