import MailSyntax

/// What the index knows of a share: 48 bytes, as a spool may hold a million of them.
struct ShareRow: Sendable {
    let entry: QueueID
    var acceptedAt: Timestamp
    var nextAttemptAt: Timestamp
    var messageByteCount: UInt32
    /// The number of its folder.
    var place: UInt32
    let number: UInt16
    /// Place in the list of stream names.
    var stream: UInt16
    var attemptCount: UInt16
    var isHeld: Bool
    /// Being delivered or changed: nobody else may.
    var isTaken: Bool
    var isRecovered: Bool

    var id: ShareID { ShareID(entry: entry, number: Int(number)) }
    var state: ShareState { isHeld ? .held : attemptCount > 0 ? .retrying : .waiting }
    var ticket: Ticket {
        Ticket(
            share: id, dueAt: nextAttemptAt, attemptCount: Int(attemptCount), acceptedAt: acceptedAt,
            isRecovered: isRecovered)
    }
}

/// Rows in the order of their IDs, in slabs: IDs grow with time, so nearly every insertion is at the end.
struct ShareTable: Sendable {
    /// None is empty.
    private var slabs: [[ShareRow]] = []
    private(set) var count = 0

    /// The row of a share.
    subscript(id: ShareID) -> ShareRow? {
        get {
            guard let position = position(of: id), slabs[position.slab][position.row].id == id else {
                return nil
            }
            return slabs[position.slab][position.row]
        }
        set {
            let position = position(of: id)
            let isThere = position.map { slabs[$0.slab][$0.row].id == id } ?? false
            switch (position, newValue, isThere) {
            case (let position?, let row?, true): slabs[position.slab][position.row] = row
            case (let position?, nil, true): remove(at: position)
            case (let position?, let row?, false): insert(row, at: position)
            case (nil, let row?, _): append(row)
            case (_, nil, _): break
            }
        }
    }

    /// The first row at or behind this ID.
    func first(from id: ShareID) -> ShareRow? { position(of: id).map { slabs[$0.slab][$0.row] } }

    /// The row of the highest ID.
    var last: ShareRow? { slabs.last?.last }

    /// Rows at or behind this ID in order, until the body has enough.
    func walk(from id: ShareID, _ body: (ShareRow) -> Bool) {
        guard let start = position(of: id) else { return }
        for slab in start.slab..<slabs.count {
            for row in slabs[slab][(slab == start.slab ? start.row : 0)...] where !body(row) { return }
        }
    }

    /// Where the first row at or behind this ID is; nil: all are before it.
    private func position(of id: ShareID) -> (slab: Int, row: Int)? {
        guard let last = slabs.last?.last, !(last.id < id) else { return nil }
        let slab = Self.firstIndex(in: slabs.count) { slabs[$0][slabs[$0].count - 1].id >= id }
        let row = Self.firstIndex(in: slabs[slab].count) { slabs[slab][$0].id >= id }
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

    private mutating func append(_ row: ShareRow) {
        count += 1
        guard let last = slabs.last, last.count < Limits.slabRowCount else { return slabs.append([row]) }
        slabs[slabs.count - 1].append(row)
    }

    private mutating func insert(_ row: ShareRow, at position: (slab: Int, row: Int)) {
        count += 1
        slabs[position.slab].insert(row, at: position.row)
        guard slabs[position.slab].count > Limits.slabRowCount else { return }
        let upper = Array(slabs[position.slab][(Limits.slabRowCount / 2)...])
        slabs[position.slab].removeSubrange((Limits.slabRowCount / 2)...)
        slabs.insert(upper, at: position.slab + 1)
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
