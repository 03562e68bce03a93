import MailContent

/// Where the loops over a message's parts stand (RFC 5703 section 3).
struct PartLoops: Sendable {
    private struct Loop: Sendable {
        let parts: [Int]
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

    mutating func leave() { loops.removeLast() }

    mutating func leave(to depth: Int) { loops.removeLast(max(0, loops.count - depth)) }
}
