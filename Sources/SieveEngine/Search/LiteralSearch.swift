/// Finds many keys in one pass over a text, however many they are (Aho and Corasick's automaton).
///
/// The keys of all `:contains` tests on one part go into one search; a `LiteralScan` then reads the part
/// once, in windows of any size, and tells which keys are in it.
struct LiteralSearch: Sendable {
    /// Number of keys.
    let keyCount: Int
    /// Each for some of the keys, so that none grows beyond its bound.
    fileprivate let automata: [LiteralAutomaton]
    /// Keys without a byte are in any text.
    fileprivate let emptyKeys: [Int]

    /// A search for these keys; `ignoresCase` takes ASCII letters for equal (`i;ascii-casemap`).
    init(_ keys: [[UInt8]], ignoresCase: Bool) {
        keyCount = keys.count
        emptyKeys = keys.indices.filter { keys[$0].isEmpty }
        var automata: [LiteralAutomaton] = []
        var group: [Int] = []
        var byteCount = 0
        for index in keys.indices where !keys[index].isEmpty {
            if byteCount + keys[index].count > Limits.literalStateCount, !group.isEmpty {
                automata.append(LiteralAutomaton(keys, group, ignoresCase: ignoresCase))
                (group, byteCount) = ([], 0)
            }
            group.append(index)
            byteCount += keys[index].count
        }
        if !group.isEmpty { automata.append(LiteralAutomaton(keys, group, ignoresCase: ignoresCase)) }
        self.automata = automata
    }

    /// Whether making it ready is no more work than these keys are worth.
    static func suits(_ keys: [[UInt8]]) -> Bool {
        keys.reduce(0) { $0 + $1.count } <= Limits.searchedKeyByteCount
    }

    /// Whether any of the keys is in the text.
    func findsAny(in text: [UInt8]) -> Bool {
        guard emptyKeys.isEmpty else { return true }
        return text.withUnsafeBufferPointer { bytes in automata.contains { $0.findsAny(in: bytes) } }
    }

    /// Whether each key is in the text.
    func found(in text: [UInt8]) -> [Bool] {
        var scan = LiteralScan(self)
        scan.take(text[...])
        return scan.found
    }
}

/// One pass of a search over a text that comes in windows.
struct LiteralScan: Sendable {
    /// Whether each key was found so far.
    private(set) var found: [Bool]
    private let search: LiteralSearch
    /// Where each automaton is.
    private var rows: [Int32]
    /// Of each automaton: the states whose keys were told.
    private var told: [[Bool]]
    private var missingCount: Int

    init(_ search: LiteralSearch) {
        self.search = search
        found = [Bool](repeating: false, count: search.keyCount)
        for key in search.emptyKeys { found[key] = true }
        missingCount = search.keyCount - search.emptyKeys.count
        rows = [Int32](repeating: 0, count: search.automata.count)
        told = search.automata.map { [Bool](repeating: false, count: $0.stateCount) }
    }

    /// Nothing is left to look for.
    var isComplete: Bool { missingCount == 0 }

    /// Takes the next bytes of the text.
    mutating func take(_ window: ArraySlice<UInt8>) {
        guard !isComplete else { return }
        window.withUnsafeBufferPointer { bytes in
            for index in rows.indices {
                var place = 0
                while let state = search.automata[index].run(bytes, from: &place, &rows[index], told[index]) {
                    told[index][state] = true
                    note(search.automata[index].keys(at: state))
                }
            }
        }
    }

    private mutating func note(_ keys: [Int]) {
        for key in keys where !found[key] {
            found[key] = true
            missingCount -= 1
        }
    }
}

/// The automaton: a state is the longest begin of a key that the text read so far ends with.
private struct LiteralAutomaton: Sendable {
    /// Bytes that occur in no key have class 0.
    private let classes: [UInt8]
    private let classCount: Int
    /// Behind each state and class the place of the next state's row, negated if keys end there.
    private var transitions: [Int32] = []
    private let starts: KeyStarts
    /// Of each state: the keys that end there.
    private var ends: [Int32: [Int]] = [:]
    private(set) var stateCount = 1

    init(_ keys: [[UInt8]], _ group: [Int], ignoresCase: Bool) {
        (classes, classCount) = Self.classes(group.map { keys[$0] }, ignoresCase: ignoresCase)
        starts = KeyStarts(group.map { keys[$0] }, ignoresCase: ignoresCase)
        transitions = [Int32](repeating: 0, count: classCount)
        for index in group { insert(keys[index], index) }
        complete()
    }

    /// A class for each byte that occurs; 255 may have to share, when all 256 bytes do.
    private static func classes(_ keys: [[UInt8]], ignoresCase: Bool) -> (classes: [UInt8], count: Int) {
        var isUsed = [Bool](repeating: false, count: 256)
        for key in keys { for byte in key { isUsed[Int(ignoresCase ? ASCII.lower(byte) : byte)] = true } }
        // With all bytes in use none is left for "no key", and none needs it.
        var next = isUsed.contains(false) ? 1 : 0
        var classes = [UInt8](repeating: 0, count: 256)
        for byte in 0..<256 where isUsed[byte] {
            classes[byte] = UInt8(next)
            next += 1
        }
        if ignoresCase { for byte in 0x41...0x5A { classes[byte] = classes[byte | 0x20] } }
        return (classes, next)
    }

    private mutating func insert(_ key: [UInt8], _ index: Int) {
        var state: Int32 = 0
        for byte in key {
            let place = Int(state) * classCount + Int(classes[Int(byte)])
            if transitions[place] == 0 {
                transitions[place] = Int32(stateCount)
                transitions += repeatElement(0, count: classCount)
                stateCount += 1
            }
            state = transitions[place]
        }
        ends[state, default: []].append(index)
    }

    /// Fills in where each state goes when its key breaks off, nearest to the root first.
    private mutating func complete() {
        var fallbacks = [Int32](repeating: 0, count: stateCount)
        var queue: [Int32] = [0]
        var isEnd = [Bool](repeating: false, count: stateCount)
        for state in ends.keys { isEnd[Int(state)] = true }
        var next = 0
        while next < queue.count {
            let state = Int(queue[next])
            next += 1
            let fallback = Int(fallbacks[state])
            for byteClass in 0..<classCount {
                let place = state * classCount + byteClass
                let inherited = state == 0 ? 0 : transitions[fallback * classCount + byteClass]
                let child = transitions[place]
                if child == 0 {
                    transitions[place] = inherited
                } else {
                    fallbacks[Int(child)] = inherited
                    if isEnd[Int(inherited)] {
                        isEnd[Int(child)] = true
                        ends[child, default: []] += ends[inherited] ?? []
                    }
                    queue.append(child)
                }
            }
        }
        let rowLength = Int32(classCount)
        transitions = transitions.map { isEnd[Int($0)] ? -$0 * rowLength : $0 * rowLength }
    }

    /// Reads to the first state where a key ends. At the root nothing is pending: the next key begins where one may.
    @inline(never)
    func findsAny(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        transitions.withUnsafeBufferPointer { transitions in
            classes.withUnsafeBufferPointer { classes in
                var row = 0
                var place = 0
                while place < bytes.count {
                    if row == 0 { place = starts.next(in: bytes, from: place) }
                    guard place < bytes.count else { break }
                    row = Int(transitions[row &+ Int(classes[Int(bytes[place])])])
                    if row < 0 { return true }
                    place &+= 1
                }
                return false
            }
        }
    }

    func keys(at state: Int) -> [Int] { ends[Int32(state)] ?? [] }

    /// Reads on from `place` and a row to the first state where keys end that were not told; nil: up to the end.
    @inline(never)
    func run(_ bytes: UnsafeBufferPointer<UInt8>, from place: inout Int, _ row: inout Int32, _ told: [Bool])
        -> Int?
    {
        transitions.withUnsafeBufferPointer { transitions in
            classes.withUnsafeBufferPointer { classes in
                var current = Int(row)
                var index = place
                defer {
                    place = index
                    row = Int32(truncatingIfNeeded: current)
                }
                while index < bytes.count {
                    let next = transitions[current &+ Int(classes[Int(bytes[index])])]
                    index &+= 1
                    current = Int(next < 0 ? -next : next)
                    guard next < 0 else { continue }
                    let state = current / classCount
                    if !told[state] { return state }
                }
                return nil
            }
        }
    }
}
