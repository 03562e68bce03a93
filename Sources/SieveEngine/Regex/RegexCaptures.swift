/// Finds the places of the match and of its groups: all ways through the program at once, byte by byte.
///
/// The match is the leftmost, and the longest of those. Where two ways meet, the one whose groups, from the
/// first on, began at the same place and ended later is kept (`(a|ab)(c|bcd)(d*)` on `abcd` gives `ab`, `c`, `d`);
/// else the one that took the earlier alternative or another turn of a loop. Where a group is in a loop its
/// last turn counts, so that a choice that POSIX would make in an earlier turn is not always found.
struct RegexCaptures {
    private typealias Slots = ArraySlice<Int32>

    private let program: RegexProgram
    private let slotCount: Int
    private var current: Threads
    private var previous: Threads
    private var best: [Int32]?
    private(set) var workCount = 0
    var workLimit = Limits.regexCaptureWorkCount
    private var waiting: [(place: Int, slots: [Int32])] = []

    /// The ways that end at the same byte, in order of preference.
    private struct Threads {
        var places: [Int32] = []
        var slots: [Int32] = []
        /// Of each instruction: where its thread stands, valid if the thread says so too.
        var index: [Int32]
    }

    init(_ program: RegexProgram, groupCount: Int) {
        self.program = program
        slotCount = 2 * (groupCount + 1)
        let none = Threads(index: [Int32](repeating: 0, count: program.instructions.count))
        (current, previous) = (none, none)
    }

    mutating func firstMatch(in text: UnsafeBufferPointer<UInt8>) throws(RegexFault) -> [Range<Int>?]? {
        guard text.count < Int32.max else { throw RegexFault() }
        var place = 0
        while true {
            if best == nil { begin(at: place, in: text) }
            if current.places.isEmpty, best != nil { break }
            guard place < text.count else { break }
            step(over: text[place], to: place + 1, in: text)
            guard workCount <= workLimit else { throw RegexFault() }
            place += 1
        }
        return best.map { best in
            (0..<slotCount / 2).map { group in
                let (start, end) = (best[2 * group], best[2 * group + 1])
                return start >= 0 && end >= start ? Int(start)..<Int(end) : nil
            }
        }
    }

    /// A match may begin here; those that began before are better.
    private mutating func begin(at place: Int, in text: UnsafeBufferPointer<UInt8>) {
        var slots = [Int32](repeating: -1, count: slotCount)
        slots[0] = Int32(place)
        follow(program.start, slots, at: place, in: text)
    }

    private mutating func step(over byte: UInt8, to place: Int, in text: UnsafeBufferPointer<UInt8>) {
        swap(&current, &previous)
        current.places.removeAll(keepingCapacity: true)
        current.slots.removeAll(keepingCapacity: true)
        for thread in previous.places.indices {
            workCount += 1
            guard case .byte(let set, let target) = program.instructions[Int(previous.places[thread])],
                program.byteSets[set].contains(byte)
            else { continue }
            let slots = Array(previous.slots[(thread * slotCount)..<((thread + 1) * slotCount)])
            if let best, slots[0] > best[0] { continue }
            follow(target, slots, at: place, in: text)
        }
    }

    /// Adds all places that can be reached without a byte, the better ones first.
    private mutating func follow(
        _ start: Int, _ slots: [Int32], at place: Int, in text: UnsafeBufferPointer<UInt8>
    ) {
        waiting.append((start, slots))
        while let way = waiting.popLast() {
            workCount += 1
            let instruction = way.place
            var slots = way.slots
            guard take(instruction, slots) else { continue }
            switch program.instructions[instruction] {
            case .byte: break
            case .split(let first, let second):
                waiting.append((second, slots))
                waiting.append((first, slots))
            case .save(let slot, let next):
                slots[slot] = Int32(place)
                if slot % 2 == 0 { slots[slot + 1] = -1 }
                waiting.append((next, slots))
            case .textStart(let next): if place == 0 { waiting.append((next, slots)) }
            case .textEnd(let next): if place == text.count { waiting.append((next, slots)) }
            case .match:
                slots[1] = Int32(place)
                if best.map({ $0[0] > slots[0] || $0[0] == slots[0] && isBetterMatch(slots, than: $0) })
                    ?? true
                {
                    best = slots
                }
            }
        }
    }

    private func isBetterMatch(_ slots: [Int32], than best: [Int32]) -> Bool {
        slots[1] > best[1] || slots[1] == best[1] && Self.isBetter(slots[...], than: best[...])
    }

    /// Enters a way at its place unless a better one stands there.
    private mutating func take(_ instruction: Int, _ slots: [Int32]) -> Bool {
        let thread = Int(current.index[instruction])
        if thread < current.places.count, Int(current.places[thread]) == instruction {
            let range = (thread * slotCount)..<((thread + 1) * slotCount)
            guard Self.isBetter(slots[...], than: current.slots[range]) else { return false }
            current.slots.replaceSubrange(range, with: slots)
            return true
        }
        current.index[instruction] = Int32(current.places.count)
        current.places.append(Int32(instruction))
        current.slots += slots
        return true
    }

    /// Whether a way that comes second is to be preferred all the same.
    private static func isBetter(_ new: Slots, than old: Slots) -> Bool {
        var (index, other) = (new.startIndex, old.startIndex)
        guard new[index] == old[other] else { return new[index] < old[other] }
        index += 2
        other += 2
        while index < new.endIndex {
            guard new[index] == old[other] else { return false }
            let (end, otherEnd) = (new[index + 1], old[other + 1])
            if end != otherEnd { return end >= 0 && otherEnd >= 0 && end > otherEnd }
            index += 2
            other += 2
        }
        return false
    }
}
