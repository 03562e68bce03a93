import MailContent

/// Where the loops over a message's parts stand (RFC 5703 section 3).
struct PartLoops: Sendable {
    private struct Loop: Sendable {
        var parts: [Int]
        var place = -1
    }

    private var loops: [Loop] = []

    /// How many loops are open.
    var depth: Int { loops.count }

    /// The part that the innermost loop is at; outside of all loops the message.
    var current: Int { loops.last.map { $0.parts[$0.place] } ?? 0 }

    /// Begins a loop over the parts inside the current one; the outermost has the message too.
    mutating func enter(_ structure: MIMEStructure) throws(SieveFault) {
        guard loops.count < Limits.partLoopDepth else {
            throw .tooMany("foreverypart", limit: Limits.partLoopDepth)
        }
        let inner = structure.descendants(of: current)
        loops.append(Loop(parts: loops.isEmpty ? [0] + inner : inner))
    }

    /// Goes on to the next part; false: there is none.
    mutating func advance() -> Bool {
        guard let loop = loops.last else { return false }
        loops[loops.count - 1].place += 1
        return loop.place + 1 < loop.parts.count
    }

    /// The part of this number is another one now: what was in it is gone, and the message has so many parts.
    mutating func partChanged(_ number: Int, from old: MIMEStructure, partCount: Int) {
        let gone = Set(old.descendants(of: number))
        for index in loops.indices {
            let seen = loops[index].parts[..<max(0, loops[index].place + 1)]
            let ahead = loops[index].parts.dropFirst(seen.count).filter { !gone.contains($0) }
            loops[index].parts = seen + ahead.map { $0 > number ? $0 + partCount - old.parts.count : $0 }
        }
    }

    /// All parts are others now: no loop goes on.
    mutating func partsChanged() {
        for index in loops.indices {
            loops[index].parts = loops[index].parts.prefix(loops[index].place + 1).map { _ in 0 }
        }
    }

    mutating func leave() { loops.removeLast() }

    mutating func leave(to depth: Int) { loops.removeLast(max(0, loops.count - depth)) }
}
