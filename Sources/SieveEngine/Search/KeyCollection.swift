/// Keys of one test among those that are searched for together.
struct SharedKeys: Hashable, Sendable {
    /// The number of the search.
    let search: Int
    let keys: Range<Int>
}

/// The constant keys of the `:contains` tests that look into parts of a message, from all scripts that are compiled
/// together: those that look into texts of one kind become one search.
struct KeyCollection: Sendable {
    /// What keys that are searched for together have in common.
    struct Kind: Hashable, Sendable {
        let form: BodyForm
        let ignoresCase: Bool
    }

    /// What becomes a search. Compilations are copied for each test, so the keys lie one behind the other.
    private struct Bundle: Sendable {
        let kind: Kind
        var bytes: [UInt8] = []
        /// Where each key ends in `bytes`.
        var ends: [Int32] = []
        /// Bytes that occur.
        var occurring = StateSet()
        var classCount = 1

        var keys: [ArraySlice<UInt8>] {
            zip([0] + ends, ends).map { bytes[Int($0)..<Int($1)] }
        }

        /// What its search takes in memory.
        var byteCount: Int {
            LiteralSearch.byteCount(
                keyCount: ends.count, stateCount: bytes.count + 1, classCount: classCount)
        }

        func hasRoom(_ keyCount: Int, _ byteCount: Int) -> Bool {
            max(ends.count + keyCount, bytes.count + byteCount) < Limits.literalStateCount
        }

        mutating func append(_ key: [UInt8]) {
            bytes += key
            ends.append(Int32(bytes.count))
            for byte in key where occurring.insert(Int(kind.ignoresCase ? ASCII.lower(byte) : byte)) {
                classCount += 1
            }
        }
    }

    private var bundles: [Bundle] = []

    /// What the searches take in memory, roughly.
    var byteCount: Int { bundles.reduce(0) { $0 + $1.byteCount } }

    /// Adds the keys of one test, which stay together.
    mutating func add(_ keys: [[UInt8]], _ kind: Kind) -> SharedKeys {
        let byteCount = keys.reduce(0) { $0 + $1.count }
        let open = bundles.lastIndex { $0.kind == kind }
        let index =
            open.flatMap { bundles[$0].hasRoom(keys.count, byteCount) ? $0 : nil } ?? bundles.endIndex
        if index == bundles.endIndex { bundles.append(Bundle(kind: kind)) }
        let first = bundles[index].ends.count
        for key in keys { bundles[index].append(key) }
        return SharedKeys(search: index, keys: first..<first + keys.count)
    }

    /// The searches, once all keys are known.
    var searches: [LiteralSearch] {
        bundles.map { LiteralSearch(slices: $0.keys, ignoresCase: $0.kind.ignoresCase) }
    }
}
