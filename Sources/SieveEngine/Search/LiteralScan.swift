/// One pass of a search over a text that comes in windows; it may stop at any byte and go on from there.
struct LiteralScan: Sendable {
    /// How many bytes of the text it read.
    private(set) var position = 0
    let search: LiteralSearch
    /// Where the automaton stands.
    private var row = 0
    /// The states where keys end that it came to.
    private var found = StateSet()

    init(_ search: LiteralSearch) { self.search = search }

    /// Whether any of these keys is in what was read.
    func hasFound(_ keys: Range<Int>) -> Bool {
        search.ends[keys].contains { $0 == 0 || found.contains(Int($0)) }
    }

    /// Reads the bytes that follow what was read.
    mutating func take(_ window: ArraySlice<UInt8>) { _ = read(window, to: StateSet()) }

    /// The same, no further than to the first of these keys; true: one of them is in what was read, now or before.
    mutating func take(_ window: ArraySlice<UInt8>, until keys: Range<Int>) -> Bool {
        if hasFound(keys) { return true }
        var wanted = StateSet()
        for end in search.ends[keys] { wanted.insert(Int(end)) }
        return read(window, to: wanted)
    }

    /// True once a key is found that ends in one of these states.
    private mutating func read(_ window: ArraySlice<UInt8>, to wanted: StateSet) -> Bool {
        window.withUnsafeBufferPointer { bytes in
            var place = 0
            defer { position += place }
            while let state = search.run(bytes, from: &place, &row, but: found) {
                if note(state, wanted) { return true }
            }
            return false
        }
    }

    /// The key that ends here is found, and with it those that it ends with; true: a wanted one is among them.
    private mutating func note(_ end: Int, _ wanted: StateSet) -> Bool {
        var (state, isWanted) = (end, false)
        while state != 0, found.insert(state) {
            isWanted = isWanted || wanted.contains(state)
            state = search.shorterEnd(of: state)
        }
        return isWanted
    }
}

/// Numbers of states; it takes no memory before the first.
struct StateSet: Sendable {
    private var words: [UInt64] = []

    @inline(__always)
    func contains(_ state: Int) -> Bool {
        state >> 6 < words.count && words[state >> 6] >> UInt64(state & 63) & 1 == 1
    }

    /// False: it was there already.
    @discardableResult
    mutating func insert(_ state: Int) -> Bool {
        guard !contains(state) else { return false }
        let missing = (state >> 6) + 1 - words.count
        if missing > 0 { words += repeatElement(0, count: missing) }
        words[state >> 6] |= 1 << UInt64(state & 63)
        return true
    }
}
