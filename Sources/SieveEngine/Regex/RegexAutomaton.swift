/// The program as a deterministic automaton: a state is the set of places that a match may have come to.
///
/// States are made when they are first needed. Where there are few, all are made when the pattern is compiled
/// (`explored`), and reading a text changes nothing; where there are many, a scan makes them for itself and
/// begins anew when it has too many.
struct RegexAutomaton: Sendable {
    private static let unknown: Int32 = -1

    private let program: RegexProgram
    /// Bytes that no instruction tells apart have the same class.
    private let classes: [UInt8]
    private let classCount: Int
    /// A byte of each class.
    private let samples: [UInt8]
    /// Of each state: the places where a byte is awaited, or the end of the text.
    private var places: [[Int32]] = []
    private var matches: [Bool] = []
    private var transitions: [Int32] = []
    private var numbers: [[Int32]: Int] = [:]
    private var closure: RegexClosure
    private(set) var start = 0
    /// The state that most bytes do not leave, and which bytes those are; nil: none stands out.
    private var rest: (state: Int, stays: [Bool])?
    private(set) var workCount = 0
    var workLimit = Limits.regexWorkCount

    init(_ program: RegexProgram) {
        self.program = program
        (classes, samples) = Self.classes(of: program)
        classCount = samples.count
        closure = RegexClosure(program.instructions.count)
        closure.add(program.start, in: program, atStart: true, atEnd: false)
        start = takeState()
    }

    /// Two bytes have one class if each set holds both or neither.
    private static func classes(of program: RegexProgram) -> (classes: [UInt8], samples: [UInt8]) {
        var classes = [Int](repeating: 0, count: 256)
        for set in program.byteSets {
            var numbers: [Int: Int] = [:]
            classes = (0..<256).map { byte in
                let key = classes[byte] << 1 | (set.contains(UInt8(byte)) ? 1 : 0)
                if let number = numbers[key] { return number }
                numbers[key] = numbers.count
                return numbers.count - 1
            }
        }
        var samples: [Int: UInt8] = [:]
        for byte in (0..<256).reversed() { samples[classes[byte]] = UInt8(byte) }
        let ordered = samples.sorted { $0.key < $1.key }.map(\.value)
        return (classes.map { UInt8(truncatingIfNeeded: $0) }, ordered)
    }

    /// What it takes in memory, roughly.
    var byteCount: Int {
        transitions.count * MemoryLayout<Int32>.size + places.reduce(0) { $0 + $1.count * 2 + 64 }
    }

    // MARK: Reading

    func isMatch(_ state: Int) -> Bool { matches[state] }

    /// Reads bytes up to the end or to a match; true for a match.
    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, from state: inout Int) throws(RegexFault) -> Bool {
        var index = 0
        while index < bytes.count {
            index = runKnown(bytes, from: index, &state)
            if matches[state] { return true }
            guard index < bytes.count else { break }
            state = try step(state, Int(classes[Int(bytes[index])]))
            index += 1
            if matches[state] { return true }
        }
        return false
    }

    /// Follows known transitions up to a match, an unknown one or the end; returns the place of the next byte.
    private func runKnown(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ state: inout Int) -> Int {
        let classCount = classCount
        let rest = rest?.state ?? -1
        return transitions.withUnsafeBufferPointer { transitions in
            classes.withUnsafeBufferPointer { classes in
                matches.withUnsafeBufferPointer { matches in
                    var index = start
                    var current = state
                    while index < bytes.count {
                        if current == rest { index = leaving(bytes, from: index) }
                        guard index < bytes.count else { break }
                        let next = transitions[current &* classCount &+ Int(classes[Int(bytes[index])])]
                        guard next != Self.unknown else { break }
                        current = Int(next)
                        index &+= 1
                        if matches[current] { break }
                    }
                    state = current
                    return index
                }
            }
        }
    }

    /// The place of the next byte that leaves the state of rest.
    @inline(__always)
    private func leaving(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let stays = rest?.stays else { return start }
        return stays.withUnsafeBufferPointer { stays in
            var index = start
            while index < bytes.count, stays[Int(bytes[index])] { index &+= 1 }
            return index
        }
    }

    /// Whether a match ends where the text ends.
    func isMatchAtEnd(_ state: Int, isEmptyText: Bool) -> Bool {
        var closure = RegexClosure(program.instructions.count)
        if isEmptyText { closure.add(program.start, in: program, atStart: true, atEnd: true) }
        for place in places[state] {
            if case .textEnd(let next) = program.instructions[Int(place)] {
                closure.add(next, in: program, atStart: false, atEnd: true)
            }
        }
        return closure.isMatch
    }

    // MARK: States

    /// The state behind a byte of this class.
    private mutating func step(_ state: Int, _ byteClass: Int) throws(RegexFault) -> Int {
        let byte = samples[byteClass]
        closure.clear()
        for place in places[state] {
            if case .byte(let set, let next) = program.instructions[Int(place)],
                program.byteSets[set].contains(byte)
            {
                closure.add(next, in: program, atStart: false, atEnd: false)
            }
        }
        // A match may begin behind this byte as well.
        closure.add(program.start, in: program, atStart: false, atEnd: false)
        workCount += closure.workCount + places[state].count
        guard workCount <= workLimit else { throw RegexFault() }
        let count = places.count
        let target = takeState()
        if places.count >= count { transitions[state * classCount + byteClass] = Int32(target) }
        return target
    }

    /// The number of the state that `closure` holds.
    private mutating func takeState() -> Int {
        let key = closure.isMatch ? [] : closure.places.sorted()
        let isMatch = closure.isMatch
        if !isMatch, let number = numbers[key] { return number }
        if isMatch, let number = numbers[[-1]] { return number }
        if places.count >= Limits.regexStateCount { forget() }
        places.append(key)
        matches.append(isMatch)
        transitions += repeatElement(Self.unknown, count: classCount)
        numbers[isMatch ? [-1] : key] = places.count - 1
        return places.count - 1
    }

    private mutating func forget() {
        places.removeAll(keepingCapacity: true)
        matches.removeAll(keepingCapacity: true)
        transitions.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
    }

    /// The automaton with all its states, if they are few.
    func explored() -> RegexAutomaton {
        var automaton = self
        var state = 0
        while state < automaton.places.count {
            for byteClass in 0..<classCount where !automaton.matches[state] {
                guard automaton.places.count < Limits.regexExploredStateCount,
                    automaton.workCount < Limits.regexExploredWorkCount,
                    // Cannot fail: the work stays far below the limit.
                    (try? automaton.step(state, byteClass)) != nil
                else { return self }
            }
            state += 1
        }
        automaton.workCount = 0
        automaton.findRest()
        return automaton
    }

    private mutating func findRest() {
        func stays(_ state: Int) -> [Bool] {
            classes.map { transitions[state * classCount + Int($0)] == Int32(state) }
        }
        let best = places.indices.map { ($0, stays($0)) }.max { left, right in
            left.1.count(where: \.self) < right.1.count(where: \.self)
        }
        if let best, best.1.count(where: \.self) >= Self.restingByteCount, !matches[best.0] { rest = best }
    }

    /// Of so many bytes it is worth while to look for the first that leaves a state.
    private static let restingByteCount = 128
}

/// The places that can be reached without a byte, from places added one by one.
struct RegexClosure: Sendable {
    /// Where a byte is awaited, or the end of the text.
    private(set) var places: [Int32] = []
    private(set) var isMatch = false
    /// Instructions looked at.
    private(set) var workCount = 0
    /// In which round each instruction was last seen.
    private var seen: [Int32]
    private var round: Int32 = 1
    private var waiting: [Int] = []

    init(_ instructionCount: Int) { seen = [Int32](repeating: 0, count: instructionCount) }

    mutating func clear() {
        places.removeAll(keepingCapacity: true)
        isMatch = false
        workCount = 0
        round &+= 1
        guard round < 0 else { return }
        for index in seen.indices { seen[index] = 0 }
        round = 1
    }

    mutating func add(_ place: Int, in program: RegexProgram, atStart: Bool, atEnd: Bool) {
        waiting.append(place)
        while let place = waiting.popLast() {
            guard seen[place] != round else { continue }
            seen[place] = round
            workCount += 1
            switch program.instructions[place] {
            case .byte: places.append(Int32(place))
            case .split(let first, let second): waiting += [second, first]
            case .save(_, let next): waiting.append(next)
            case .textStart(let next): if atStart { waiting.append(next) }
            case .textEnd(let next):
                if atEnd { waiting.append(next) } else { places.append(Int32(place)) }
            case .match: isMatch = true
            }
        }
    }
}
