import MailSpool

/// All of a simulated disk.
struct DiskState: Sendable {
    /// A change of names that happens as a whole: a rename changes two.
    struct NameChange: Sendable {
        let sets: [(folder: Int, name: String, node: Int?)]
    }

    /// By number; the first is the root. None goes: what has no name is not seen.
    var nodes = [DiskNode(isFolder: true)]
    var nameChanges: [NameChange] = []
    var files: [Int32: Int] = [:]
    var isLocked = false
    var lockDescriptor: Int32?
    var plan = SimulatedDisk.Plan.nothing
    var operationCount = 0
    var isPlanReached = false
    var isWriteShort = false
    private var nextDescriptor: Int32 = 3

    var withoutFiles: DiskState {
        var state = self
        state.files = [:]
        state.isLocked = false
        state.plan = .nothing
        return state
    }

    mutating func begin(_ verb: String, _ what: () -> String) throws(DiskError) {
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
        if let reason { throw DiskError(reason, "\(verb) \(what()): as planned") }
    }

    // MARK: Names

    func node(_ path: String) -> Int? { node(path.utf8.split(separator: Self.slash)) }

    private static let slash = UInt8(ascii: "/")

    private func node(_ names: some Sequence<Substring.UTF8View>) -> Int? {
        var node = 0
        for name in names {
            guard let next = nodes[node].names[String(Substring(name))] else { return nil }
            node = next
        }
        return node
    }

    func parent(_ path: String) -> (folder: Int, name: String)? {
        let parts = path.utf8.split(separator: Self.slash)
        guard let name = parts.last else { return nil }
        return node(parts.dropLast()).map { ($0, String(Substring(name))) }
    }

    func paths(of number: Int, _ path: String) -> [String] {
        var paths: [String] = []
        for (name, node) in nodes[number].names {
            let child = path + "/" + name
            guard nodes[node].isFolder else {
                paths.append(child)
                continue
            }
            paths.append(child + "/")
            paths += self.paths(of: node, child)
        }
        return paths
    }

    mutating func make(isFolder: Bool) -> Int {
        nodes.append(DiskNode(isFolder: isFolder))
        return nodes.count - 1
    }

    mutating func create(_ path: String, isFolder: Bool) throws(DiskError) -> Int {
        guard let (folder, name) = parent(path) else { throw DiskError(.missing, "make \(path)") }
        guard nodes[folder].names[name] == nil else { throw DiskError(.exists, "make \(path)") }
        let node = make(isFolder: isFolder)
        change([(folder, name, node)])
        return node
    }

    mutating func open(_ path: String, locks: Bool = false) throws(DiskError) -> DiskFile {
        guard let node = node(path) else { throw DiskError(.missing, "open \(path)") }
        guard !nodes[node].isFolder else { throw DiskError(.notAFile, "open \(path)") }
        defer { nextDescriptor += 1 }
        files[nextDescriptor] = node
        if locks { lockDescriptor = nextDescriptor }
        return DiskFile(descriptor: nextDescriptor)
    }

    mutating func remove(_ path: String, isFolder: Bool) throws(DiskError) {
        guard let (folder, name) = parent(path), let node = nodes[folder].names[name] else {
            throw DiskError(.missing, "remove \(path)")
        }
        guard nodes[node].isFolder == isFolder else { throw DiskError(.other, "remove \(path)") }
        guard nodes[node].names.isEmpty else { throw DiskError(.notEmpty, "remove \(path)") }
        change([(folder, name, nil)])
    }

    mutating func rename(_ path: String, _ newPath: String) throws(DiskError) {
        guard let (folder, name) = parent(path), let node = nodes[folder].names[name],
            let (newFolder, newName) = parent(newPath)
        else { throw DiskError(.missing, "rename \(path)") }
        guard nodes[newFolder].names[newName] == nil else { throw DiskError(.exists, "rename \(path)") }
        change([(folder, name, nil), (newFolder, newName, node)])
    }

    private mutating func change(_ sets: [(folder: Int, name: String, node: Int?)]) {
        for set in sets { nodes[set.folder].names[set.name] = set.node }
        nameChanges.append(NameChange(sets: sets))
    }

    private mutating func settle(_ change: NameChange) {
        for set in change.sets { nodes[set.folder].durableNames[set.name] = set.node }
    }

    /// Makes durable what was changed in these folders.
    mutating func settle(_ isMeant: (Int) -> Bool) {
        var rest: [NameChange] = []
        for change in nameChanges {
            if change.sets.contains(where: { isMeant($0.folder) }) {
                settle(change)
            } else {
                rest.append(change)
            }
        }
        nameChanges = rest
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
        for number in nodes.indices {
            nodes[number].losePower(&loss)
            nodes[number].names = nodes[number].durableNames
        }
        (nameChanges, files, isLocked, lockDescriptor, plan) = ([], [:], false, nil, .nothing)
        operationCount = 0
    }

    /// With a journal a beginning of each folder's changes; without one of each name's, whatever became of others.
    private mutating func keepNamesByChance(_ random: inout SeededRandom) {
        let hasJournal = Bool.random(using: &random)
        var cutFolders: Set<Int> = []
        var cutNames: Set<Name> = []
        for change in nameChanges {
            let isCut = change.sets.contains { set in
                hasJournal
                    ? cutFolders.contains(set.folder)
                    : cutNames.contains(Name(folder: set.folder, name: set.name))
            }
            if isCut || Int.random(in: 0..<4, using: &random) == 0 {
                for set in change.sets {
                    cutFolders.insert(set.folder)
                    cutNames.insert(Name(folder: set.folder, name: set.name))
                }
            } else {
                settle(change)
            }
        }
    }

    private struct Name: Hashable {
        let folder: Int
        let name: String
    }
}
