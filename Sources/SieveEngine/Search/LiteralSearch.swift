/// Finds many keys in one pass over a text, however many they are (Aho and Corasick's automaton: a state is the longest
/// beginning of a key that the text read so far ends with).
///
/// The constant keys of all `:contains` tests on texts of one kind go into one search (`KeyCollection`); a `LiteralScan`
/// then reads each text once, as far as the tests need it, and remembers which keys it met.
final class LiteralSearch: Sendable {
    /// Of each key the state it ends in; a key without a byte ends in the root, where every text begins.
    let ends: [Int32]
    /// Bytes that occur in no key have class 0.
    private let classes: [UInt8]
    private let classCount: Int
    /// Behind each state and class the place of the next state's row, negated if keys end there.
    private let transitions: [Int32]
    /// Of each state where keys end: the next shorter one in which the text ends as well, the root if there is none.
    private let shorterEnds: [Int32]
    private let starts: KeyStarts

    /// A search for these keys; `ignoresCase` takes ASCII letters for equal (`i;ascii-casemap`).
    init(slices keys: [ArraySlice<UInt8>], ignoresCase: Bool) {
        var trie = LiteralTrie(KeyClasses(keys, ignoresCase: ignoresCase))
        ends = keys.map { trie.insert($0) }
        shorterEnds = trie.complete(ends: ends)
        (classes, classCount) = (trie.classes.numbers, trie.classes.count)
        transitions = trie.transitions
        starts = KeyStarts(keys.filter { !$0.isEmpty }, ignoresCase: ignoresCase)
    }

    /// The same for keys that are arrays.
    convenience init(_ keys: [[UInt8]], ignoresCase: Bool) {
        self.init(slices: keys.map { $0[...] }, ignoresCase: ignoresCase)
    }

    /// Whether making it ready is no more work than these keys are worth.
    static func suits(_ keys: [[UInt8]]) -> Bool {
        keys.reduce(0) { $0 + $1.count } <= Limits.searchedKeyByteCount
    }

    /// What a search for keys of so many bytes takes in memory, roughly.
    static func byteCount(keyCount: Int, stateCount: Int, classCount: Int) -> Int {
        stateCount * (classCount + 1) * MemoryLayout<Int32>.size + keyCount * MemoryLayout<Int32>.size
            + KeyStarts.byteCount
    }

    /// Whether any of the keys is in the text.
    func findsAny(in text: [UInt8]) -> Bool {
        var scan = LiteralScan(self)
        return scan.take(text[...], until: ends.indices)
    }

    /// The state of the next shorter key that a text in this state ends with.
    func shorterEnd(of state: Int) -> Int { Int(shorterEnds[state]) }

    /// Reads on from `place` and a row to the first state where keys end that is not among those found; nil: up to the
    /// end. At the root nothing is pending: the next key begins where one may.
    @inline(never)
    func run(
        _ bytes: UnsafeBufferPointer<UInt8>, from place: inout Int, _ row: inout Int, but found: StateSet
    ) -> Int? {
        transitions.withUnsafeBufferPointer { transitions in
            classes.withUnsafeBufferPointer { classes in
                var (index, current) = (place, row)
                defer { (place, row) = (index, current) }
                while index < bytes.count {
                    if current == 0 { index = starts.next(in: bytes, from: index) }
                    guard index < bytes.count else { break }
                    current = Int(transitions[current &+ Int(classes[Int(bytes[index])])])
                    index &+= 1
                    guard current < 0 else { continue }
                    current = -current
                    let state = current / classCount
                    if !found.contains(state) { return state }
                }
                return nil
            }
        }
    }
}
