/// Which places of a text may be the start of a key: told from three bytes, much faster than an automaton reads them.
///
/// The keys are dealt to groups, of which a byte holds one bit each. A place is out of the question if no group has a key
/// that begins with these three bytes.
struct KeyStarts: Sendable {
    /// A bit for each group.
    typealias Groups = UInt32

    /// Of each byte the groups with a key that has it first, then second, then third, or that is shorter.
    private let groups: [Groups]
    /// What it takes in memory.
    static let byteCount = 3 * 256 * MemoryLayout<Groups>.size

    init(_ keys: [ArraySlice<UInt8>], ignoresCase: Bool) {
        var groups = [Groups](repeating: 0, count: 3 * 256)
        for (number, key) in keys.enumerated() {
            let bit: Groups = 1 << Groups(number % Groups.bitWidth)
            for place in 0..<3 {
                if let byte = key.dropFirst(place).first {
                    groups[place << 8 | Int(byte)] |= bit
                    guard ignoresCase else { continue }
                    groups[place << 8 | Int(ASCII.lower(byte))] |= bit
                    groups[place << 8 | Int(ASCII.upper(byte))] |= bit
                } else {
                    for byte in 0..<256 { groups[place << 8 | byte] |= bit }
                }
            }
        }
        self.groups = groups
    }

    /// The first place from `start` on that may be the start of a key; what is too near the end to tell may be one.
    @inline(__always)
    func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        groups.withUnsafeBufferPointer { groups in
            var place = start
            while place &+ 2 < bytes.count {
                let first = groups[Int(bytes[place])]
                let second = groups[256 | Int(bytes[place &+ 1])]
                let third = groups[512 | Int(bytes[place &+ 2])]
                if first & second & third != 0 { break }
                place &+= 1
            }
            return place
        }
    }
}
