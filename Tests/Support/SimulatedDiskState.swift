import MailSpool

/// A file or folder of a simulated disk, as it is and as a power cut would leave it.
struct DiskNode: Sendable {
    enum Change: Sendable {
        case write([UInt8], at: Int)
        case truncate(Int)
    }

    let isFolder: Bool
    var bytes: [UInt8] = []
    var durableBytes: [UInt8] = []
    /// Since the last sync.
    var changes: [Change] = []
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]

    mutating func change(_ change: Change) {
        Self.apply(change, to: &bytes)
        changes.append(change)
    }

    mutating func sync() {
        for change in changes { Self.apply(change, to: &durableBytes) }
        changes = []
    }

    static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .write(let new, let offset):
            if bytes.count < offset + new.count {
                bytes += [UInt8](repeating: 0, count: offset + new.count - bytes.count)
            }
            bytes.replaceSubrange(offset..<offset + new.count, with: new)
        case .truncate(let count):
            if count < bytes.count { bytes.removeSubrange(count...) }
        }
    }

    mutating func losePower(_ loss: inout SimulatedDisk.Loss) {
        switch loss {
        case .everything: break
        case .nothing: sync()
        case .byChance(var random):
            loseByChance(&random)
            loss = .byChance(random)
        }
        bytes = durableBytes
        changes = []
    }

    private mutating func loseByChance(_ random: inout SeededRandom) {
        let keptCount = Int.random(in: 0...changes.count, using: &random)
        let isOrdered = Bool.random(using: &random)
        for (index, change) in changes.enumerated() {
            guard case .write(let new, let offset) = change, !new.isEmpty else {
                if index < keptCount { Self.apply(change, to: &durableBytes) }
                continue
            }
            if isOrdered {
                let end = index < keptCount ? new.count : index == keptCount ? new.count / 2 : 0
                let torn = index == keptCount ? Int.random(in: 0...new.count, using: &random) : end
                if torn > 0 { Self.apply(.write(Array(new[..<torn]), at: offset), to: &durableBytes) }
            } else {
                // Sectors are whole or not written at all; a write may begin and end within one.
                var start = 0
                while start < new.count {
                    let end = min(start + 512 - (offset + start) % 512, new.count)
                    if Bool.random(using: &random) {
                        Self.apply(.write(Array(new[start..<end]), at: offset + start), to: &durableBytes)
                    }
                    start = end
                }
            }
        }
    }
}

/// All of a simulated disk.
struct DiskState: Sendable {
    /// A change of names that happens as a whole: a rename changes two.
    struct NameChange: Sendable {
        let sets: [(folder: Int, name: String, node: Int?)]
    }

    var nodes: [Int: DiskNode] = [0: DiskNode(isFolder: true)]
    var nameChanges: [NameChange] = []
    var files: [Int32: Int] = [:]
    var isLocked = false
    var lockDescriptor: Int32?
    var plan = SimulatedDisk.Plan.nothing
    var operationCount = 0
    var isPlanReached = false
    var isWriteShort = false
    private var nextNode = 1
    private var nextDescriptor: Int32 = 3

    var withoutFiles: DiskState {
        var state = self
        state.files = [:]
        state.isLocked = false
        state.plan = .nothing
        return state
    }

    mutating func begin(_ verb: String, _ path: String) throws(DiskError) {
        operationCount += 1
        isWriteShort = false
        let reason: DiskError.Reason?
        switch plan {
        case .nothing: reason = nil
        case .failure(let number, let why): reason = operationCount == number ? why : nil
        case .failures(let number, let why): reason = operationCount >= number ? why : nil
        case .shortWrite(let number, let why):
            isWriteShort = operationCount == number && verb == "write"
            reason = operationCount == number + 1 ? why : nil
        case .powerCut(let number): reason = operationCount >= number ? .other : nil
        }
        if reason != nil || isWriteShort { isPlanReached = true }
        if let reason { throw DiskError(reason, "\(verb) \(path): as planned") }
    }

    // MARK: Names

    func node(_ path: String) -> Int? {
        var node = 0
        for name in path.split(separator: "/") {
            guard let next = nodes[node]?.names[String(name)] else { return nil }
            node = next
        }
        return node
    }

    func parent(_ path: String) -> (folder: Int, name: String)? {
        let parts = path.split(separator: "/")
        guard let name = parts.last else { return nil }
        return node(parts.dropLast().joined(separator: "/")).map { ($0, String(name)) }
    }

    func paths(of number: Int, _ path: String) -> [String] {
        var paths: [String] = []
        for (name, node) in nodes[number]?.names ?? [:] {
            let child = path + "/" + name
            guard nodes[node]?.isFolder == true else {
                paths.append(child)
                continue
            }
            paths.append(child + "/")
            paths += self.paths(of: node, child)
        }
        return paths
    }

    mutating func make(isFolder: Bool) -> Int {
        defer { nextNode += 1 }
        nodes[nextNode] = DiskNode(isFolder: isFolder)
        return nextNode
    }

    mutating func create(_ path: String, isFolder: Bool) throws(DiskError) -> Int {
        guard let (folder, name) = parent(path) else { throw DiskError(.missing, "make \(path)") }
        guard nodes[folder]?.names[name] == nil else { throw DiskError(.exists, "make \(path)") }
        let node = make(isFolder: isFolder)
        change([(folder, name, node)])
        return node
    }

    mutating func open(_ path: String, locks: Bool = false) throws(DiskError) -> DiskFile {
        guard let node = node(path) else { throw DiskError(.missing, "open \(path)") }
        guard nodes[node]?.isFolder == false else { throw DiskError(.other, "open \(path): a folder") }
        defer { nextDescriptor += 1 }
        files[nextDescriptor] = node
        if locks { lockDescriptor = nextDescriptor }
        return DiskFile(descriptor: nextDescriptor)
    }

    mutating func remove(_ path: String, isFolder: Bool) throws(DiskError) {
        guard let (folder, name) = parent(path), let node = nodes[folder]?.names[name] else {
            throw DiskError(.missing, "remove \(path)")
        }
        guard nodes[node]?.isFolder == isFolder else { throw DiskError(.other, "remove \(path)") }
        guard nodes[node]?.names.isEmpty == true else { throw DiskError(.notEmpty, "remove \(path)") }
        change([(folder, name, nil)])
    }

    mutating func rename(_ path: String, _ newPath: String) throws(DiskError) {
        guard let (folder, name) = parent(path), let node = nodes[folder]?.names[name],
            let (newFolder, newName) = parent(newPath)
        else { throw DiskError(.missing, "rename \(path)") }
        guard nodes[newFolder]?.names[newName] == nil else { throw DiskError(.exists, "rename \(path)") }
        change([(folder, name, nil), (newFolder, newName, node)])
    }

    private mutating func change(_ sets: [(folder: Int, name: String, node: Int?)]) {
        for set in sets { nodes[set.folder]?.names[set.name] = set.node }
        nameChanges.append(NameChange(sets: sets))
    }

    /// Makes durable what was changed in these folders.
    mutating func settle(_ isMeant: (Int) -> Bool) {
        let split = nameChanges.map { change in (change, change.sets.contains { isMeant($0.folder) }) }
        for (change, isDurable) in split where isDurable {
            for set in change.sets { nodes[set.folder]?.durableNames[set.name] = set.node }
        }
        nameChanges = split.filter { !$0.1 }.map(\.0)
    }

    // MARK: Power

    mutating func losePower(_ loss: inout SimulatedDisk.Loss) {
        switch loss {
        case .everything: nameChanges = []
        case .nothing: settle { _ in true }
        case .byChance(var random):
            keepNamesByChance(&random)
            loss = .byChance(random)
        }
        for number in nodes.keys.sorted() {
            nodes[number]?.losePower(&loss)
            if let node = nodes[number] { nodes[number]?.names = node.durableNames }
        }
        (nameChanges, files, isLocked, lockDescriptor, plan) = ([], [:], false, nil, .nothing)
        operationCount = 0
    }

    /// Of each folder a beginning of its changes.
    private mutating func keepNamesByChance(_ random: inout SeededRandom) {
        var cut: Set<Int> = []
        for change in nameChanges {
            if change.sets.contains(where: { cut.contains($0.folder) })
                || Int.random(in: 0..<4, using: &random) == 0
            {
                for set in change.sets { cut.insert(set.folder) }
            } else {
                for set in change.sets { nodes[set.folder]?.durableNames[set.name] = set.node }
            }
        }
    }
}
