/// What a list holds in order: its key says where.
protocol SlabRow {
    associatedtype Key: Comparable
    var key: Key { get }
}

/// Rows in the order of their keys, in slabs: a million of them takes little more than their own bytes, and no
/// insertion moves more than a slab.
struct SlabList<Row: SlabRow> {
    /// None is empty.
    private var slabs: [[Row]] = []
    private(set) var count = 0
    /// Of the row that was inserted last.
    private var lastKey: Row.Key?

    var isEmpty: Bool { slabs.isEmpty }
    var first: Row? { slabs.first?.first }

    /// The row of a key.
    subscript(key: Row.Key) -> Row? {
        get {
            guard let position = position(of: key), slabs[position.slab][position.row].key == key else {
                return nil
            }
            return slabs[position.slab][position.row]
        }
        set {
            let position = position(of: key)
            let isThere = position.map { slabs[$0.slab][$0.row].key == key } ?? false
            switch (position, newValue, isThere) {
            case (let position?, let row?, true): slabs[position.slab][position.row] = row
            case (let position?, nil, true): remove(at: position)
            case (let position?, let row?, false): insert(row, at: position)
            case (nil, let row?, _): append(row)
            case (_, nil, _): break
            }
        }
    }

    /// The first row at or behind this key.
    func first(from key: Row.Key) -> Row? { position(of: key).map { slabs[$0.slab][$0.row] } }

    /// The last row.
    var last: Row? { slabs.last?.last }

    /// Rows at or behind this key in order, until the body has enough.
    func walk(from key: Row.Key, _ body: (Row) -> Bool) {
        guard let start = position(of: key) else { return }
        for slab in start.slab..<slabs.count {
            for row in slabs[slab][(slab == start.slab ? start.row : 0)...] where !body(row) { return }
        }
    }

    /// Where the first row at or behind this key is; nil: all are before it.
    private func position(of key: Row.Key) -> (slab: Int, row: Int)? {
        guard let last = slabs.last?.last, !(last.key < key) else { return nil }
        let slab = Self.firstIndex(in: slabs.count) { slabs[$0][slabs[$0].count - 1].key >= key }
        let row = Self.firstIndex(in: slabs[slab].count) { slabs[slab][$0].key >= key }
        return (slab, row)
    }

    private static func firstIndex(in count: Int, where isThereOrBehind: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isThereOrBehind(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private mutating func append(_ row: Row) {
        count += 1
        lastKey = row.key
        guard let last = slabs.last, last.count < Limits.slabRowCount else {
            return slabs.append(slabs.isEmpty ? [row] : Self.slab([row]))
        }
        slabs[slabs.count - 1].append(row)
    }

    /// The share of the memory that holds rows.
    var fill: Double {
        isEmpty ? 1 : Double(count) / Double(slabs.count * Limits.slabRowCount)
    }

    /// All of its memory at once: one that grows by doubling leaves holes of all sizes behind. Only the first of a list
    /// stays small.
    private static func slab(_ rows: ArraySlice<Row>) -> [Row] {
        var slab: [Row] = []
        slab.reserveCapacity(Limits.slabRowCount)
        slab += rows
        return slab
    }

    private mutating func insert(_ row: Row, at position: (slab: Int, row: Int)) {
        count += 1
        defer { lastKey = row.key }
        var (slab, place) = position
        // Between two slabs it goes behind the first.
        if place == 0, slab > 0 { (slab, place) = (slab - 1, slabs[slab - 1].count) }
        guard slabs[slab].count == Limits.slabRowCount else { return slabs[slab].insert(row, at: place) }
        // Where rows come one behind the other they leave full slabs, else half of one is room for more.
        let isRun = place > 0 && slabs[slab][place - 1].key == lastKey
        let middle = isRun ? place : Limits.slabRowCount / 2
        guard middle < slabs[slab].count else { return slabs.insert(Self.slab([row]), at: slab + 1) }
        slabs.insert(Self.slab(slabs[slab][middle...]), at: slab + 1)
        slabs[slab].removeSubrange(middle...)
        if place > middle {
            slabs[slab + 1].insert(row, at: place - middle)
        } else {
            slabs[slab].insert(row, at: place)
        }
    }

    private mutating func remove(at position: (slab: Int, row: Int)) {
        count -= 1
        slabs[position.slab].remove(at: position.row)
        let (left, right) = (position.slab, position.slab + 1)
        if slabs[left].isEmpty {
            slabs.remove(at: left)
        } else if right < slabs.count, slabs[left].count + slabs[right].count <= Limits.slabRowCount / 2 {
            slabs[left] += slabs[right]
            slabs.remove(at: right)
        }
    }
}

extension SlabList: Sendable where Row: Sendable, Row.Key: Sendable {}
