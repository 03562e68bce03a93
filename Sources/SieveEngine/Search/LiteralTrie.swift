/// The bytes that occur in keys, numbered: a state has a way for each number instead of each byte.
struct KeyClasses: Sendable {
    /// Of each byte its number; 0 if it occurs in no key.
    let numbers: [UInt8]
    let count: Int

    init(_ keys: [ArraySlice<UInt8>], ignoresCase: Bool) {
        var occurring = StateSet()
        for key in keys { for byte in key { occurring.insert(Int(ignoresCase ? ASCII.lower(byte) : byte)) } }
        let bytes = (0..<256).filter(occurring.contains)
        // With all bytes in use none is left for "in no key", and none needs it.
        let first = bytes.count == 256 ? 0 : 1
        var numbers = [UInt8](repeating: 0, count: 256)
        for (place, byte) in bytes.enumerated() { numbers[byte] = UInt8(first + place) }
        if ignoresCase { for byte in 0x41...0x5A { numbers[byte] = numbers[byte | 0x20] } }
        self.numbers = numbers
        count = first + bytes.count
    }
}

/// The automaton of a search while it is made.
struct LiteralTrie {
    let classes: KeyClasses
    /// Behind each state and class the next state; when it is complete, as `LiteralSearch` has it.
    private(set) var transitions: [Int32]
    private var stateCount = 1

    init(_ classes: KeyClasses) {
        self.classes = classes
        transitions = [Int32](repeating: 0, count: classes.count)
    }

    /// The state that the key ends in.
    mutating func insert(_ key: ArraySlice<UInt8>) -> Int32 {
        var state: Int32 = 0
        for byte in key {
            let place = Int(state) * classes.count + Int(classes.numbers[Int(byte)])
            if transitions[place] == 0 {
                transitions[place] = Int32(stateCount)
                transitions += repeatElement(0, count: classes.count)
                stateCount += 1
            }
            state = transitions[place]
        }
        return state
    }

    /// Fills in where each state goes when its key breaks off, nearest to the root first; of each state the next shorter
    /// one that the text ends with too and where a key ends.
    mutating func complete(ends: [Int32]) -> [Int32] {
        var isEnd = [Bool](repeating: false, count: stateCount)
        for end in ends where end != 0 { isEnd[Int(end)] = true }
        var shorterEnds = [Int32](repeating: 0, count: stateCount)
        var fallbacks = shorterEnds
        var queue: [Int32] = [0]
        var next = 0
        while next < queue.count {
            let state = Int(queue[next])
            next += 1
            let fallback = Int(fallbacks[state])
            for number in 0..<classes.count {
                let place = state * classes.count + number
                let inherited = state == 0 ? 0 : transitions[fallback * classes.count + number]
                let child = transitions[place]
                guard child != 0 else {
                    transitions[place] = inherited
                    continue
                }
                fallbacks[Int(child)] = inherited
                if isEnd[Int(inherited)] { (isEnd[Int(child)], shorterEnds[Int(child)]) = (true, inherited) }
                queue.append(child)
            }
        }
        let rowLength = Int32(classes.count)
        transitions = transitions.map { isEnd[Int($0)] ? -$0 * rowLength : $0 * rowLength }
        return shorterEnds
    }
}
