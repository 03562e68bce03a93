import MailSpool

/// A file or folder of a simulated disk, as it is and as a power cut would leave it.
struct DiskNode: Sendable {
    enum Change: Sendable {
        case write([UInt8], at: Int)
        case truncate(Int)
    }

    /// What a file system may do with changes that were not synced.
    private enum Order: CaseIterable {
        /// Some of them, the last of these torn.
        case kept
        /// Any sectors of any of them.
        case sectors
        /// The same, and the file has the length that it would have: zeros where nothing was written.
        case lengthFirst
    }

    static let sectorByteCount = 512

    let isFolder: Bool
    var bytes: [UInt8] = []
    var durableBytes: [UInt8] = []
    /// Since the last sync.
    var changes: [Change] = []
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]

    init(isFolder: Bool) { self.isFolder = isFolder }

    mutating func change(_ change: Change) {
        Self.apply(change, to: &bytes)
        changes.append(change)
    }

    mutating func sync() {
        for change in changes { Self.apply(change, to: &durableBytes) }
        changes = []
    }

    private static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .write(let new, let offset): write(new[...], at: offset, to: &bytes)
        case .truncate(let count): if count < bytes.count { bytes.removeSubrange(count...) }
        }
    }

    private static func write(_ new: ArraySlice<UInt8>, at offset: Int, to bytes: inout [UInt8]) {
        if bytes.count < offset { bytes += [UInt8](repeating: 0, count: offset - bytes.count) }
        let overlap = min(bytes.count - offset, new.count)
        bytes.replaceSubrange(offset..<offset + overlap, with: new.prefix(overlap))
        bytes += new.dropFirst(overlap)
    }

    mutating func losePower(_ loss: inout SimulatedDisk.Loss) {
        guard !changes.isEmpty || bytes != durableBytes else { return }
        switch loss {
        case .everything: break
        case .nothing: sync()
        case .byChance(var random):
            if !changes.isEmpty { loseByChance(&random) }
            loss = .byChance(random)
        }
        bytes = durableBytes
        changes = []
    }

    private mutating func loseByChance(_ random: inout SeededRandom) {
        let keptCount = Int.random(in: 0...changes.count, using: &random)
        let order = Order.allCases.randomElement(using: &random) ?? .kept
        for (index, change) in changes.enumerated() {
            switch change {
            case .truncate: if index < keptCount { Self.apply(change, to: &durableBytes) }
            case .write(let new, let offset):
                switch order {
                case .kept:
                    tear(
                        new, at: offset,
                        index == keptCount ? .random(in: 0...1, using: &random) : index < keptCount ? 1 : 0)
                case .sectors, .lengthFirst: scatter(new, at: offset, &random)
                }
            }
        }
        if order == .lengthFirst, durableBytes.count < bytes.count {
            durableBytes += [UInt8](repeating: 0, count: bytes.count - durableBytes.count)
        }
    }

    /// A beginning of it, that may end anywhere.
    private mutating func tear(_ new: [UInt8], at offset: Int, _ part: Double) {
        let count = Int(Double(new.count) * part)
        if count > 0 { Self.write(new[..<count], at: offset, to: &durableBytes) }
    }

    /// Sectors are whole or not written at all; a write may begin and end within one.
    private mutating func scatter(_ new: [UInt8], at offset: Int, _ random: inout SeededRandom) {
        var start = 0
        while start < new.count {
            let end = min(start + Self.sectorByteCount - (offset + start) % Self.sectorByteCount, new.count)
            if Bool.random(using: &random) {
                Self.write(new[start..<end], at: offset + start, to: &durableBytes)
            }
            start = end
        }
    }
}
