package import MailSpool
import Synchronization

/// A disk in memory that fails or loses power where a test says so, and then forgets what was not synced: the
/// bytes of files and the names in folders apart.
package final class SimulatedDisk: Disk {
    /// What goes wrong, by the number of the operation since `plan` was called, from 1.
    package enum Plan: Hashable, Sendable {
        case nothing
        /// One operation fails.
        case failure(at: Int, DiskError.Reason)
        /// All operations from this one on fail.
        case failures(from: Int, DiskError.Reason)
        /// One write takes half of the bytes and the next operation fails.
        case shortWrite(at: Int, DiskError.Reason)
        /// The power goes before this operation.
        case powerCut(before: Int)
    }

    /// What a power cut leaves of what was not synced.
    package enum Loss: Sendable {
        case everything
        case nothing
        /// Of names some changes, in their order; of files some sectors, or a beginning that may end anywhere, or the
        /// length and not the bytes.
        case byChance(SeededRandom)
    }

    private let state: Mutex<DiskState>
    /// Called before each operation, on its thread: it may keep that waiting.
    private let before: (@Sendable (String) -> Void)?

    package init(before: (@Sendable (_ operation: String) -> Void)? = nil) {
        state = Mutex(DiskState())
        self.before = before
    }

    private init(_ copied: DiskState) {
        state = Mutex(copied)
        before = nil
    }

    /// Another disk with the same contents; open files stay behind.
    package func copy() -> SimulatedDisk { SimulatedDisk(state.withLock(\.withoutFiles)) }

    /// Counts operations from now on.
    package func plan(_ plan: Plan, keepingReached: Bool = false) {
        state.withLock { state in
            state.plan = plan
            state.operationCount = 0
            state.isPlanReached = keepingReached && state.isPlanReached
        }
    }

    /// Whether the plan came to be.
    package var isPlanReached: Bool { state.withLock(\.isPlanReached) }

    /// Operations since `plan`.
    package var operationCount: Int { state.withLock(\.operationCount) }

    /// Power again: nothing is open, and of what was not synced only what `loss` leaves is there.
    package func restart(_ loss: Loss) {
        state.withLock { state in
            var loss = loss
            state.losePower(&loss)
        }
    }

    /// Closes what a process had open that was killed: nothing is lost, nothing more is durable.
    package func closeAll() {
        state.withLock { state in
            (state.files, state.isLocked, state.lockDescriptor) = ([:], false, nil)
        }
    }

    /// The paths of all files, and of all folders with a slash behind them.
    package var paths: [String] { state.withLock { $0.paths(of: 0, "") }.sorted() }

    /// The bytes of a file.
    package func bytes(_ path: String) -> [UInt8]? {
        state.withLock { state in state.node(path).map { state.nodes[$0].bytes } }
    }

    /// Puts a file there, synced.
    package func put(_ bytes: [UInt8], at path: String) {
        state.withLock { state in
            guard let (folder, name) = state.parent(path) else { return }
            let node = state.make(isFolder: false)
            state.nodes[node].bytes = bytes
            state.nodes[node].durableBytes = bytes
            state.nodes[folder].names[name] = node
            state.nodes[folder].durableNames[name] = node
        }
    }

    // MARK: Disk

    package func lock(_ path: String) throws(DiskError) -> DiskFile {
        try run("lock", path) { state throws(DiskError) in
            if state.node(path) == nil { _ = try state.create(path, isFolder: false) }
            guard !state.isLocked else { throw DiskError(.locked("a simulated process"), "lock \(path)") }
            state.isLocked = true
            return try state.open(path, locks: true)
        }
    }

    package func makeFolder(_ path: String) throws(DiskError) {
        try run("make", path) { state throws(DiskError) in _ = try state.create(path, isFolder: true) }
    }

    package func list(_ path: String) throws(DiskError) -> [DiskItem] {
        try run("list", path) { state throws(DiskError) in
            guard let node = state.node(path), state.nodes[node].isFolder else {
                throw DiskError(.missing, "list \(path)")
            }
            // The same order in every run: the names lie in it by chance.
            return state.nodes[node].names.sorted { $0.value < $1.value }.map { name, node in
                DiskItem(name: name, kind: state.nodes[node].isFolder ? .folder : .file)
            }
        }
    }

    package func create(_ path: String) throws(DiskError) -> DiskFile {
        try run("create", path) { state throws(DiskError) in
            _ = try state.create(path, isFolder: false)
            return try state.open(path)
        }
    }

    package func open(_ path: String, forWriting: Bool) throws(DiskError) -> DiskFile {
        try run("open", path) { state throws(DiskError) in try state.open(path) }
    }

    package func close(_ file: DiskFile) {
        state.withLock { state in
            if state.lockDescriptor == file.descriptor {
                (state.lockDescriptor, state.isLocked) = (nil, false)
            }
            state.files[file.descriptor] = nil
        }
    }

    package func byteCount(of file: DiskFile) throws(DiskError) -> Int {
        try run("stat", file) { node throws(DiskError) in node.bytes.count }
    }

    package func read(_ range: Range<Int>, of file: DiskFile) throws(DiskError) -> [UInt8] {
        try run("read", file) { node throws(DiskError) in
            Array(node.bytes[range.clamped(to: 0..<node.bytes.count)])
        }
    }

    package func write(
        _ bytes: ArraySlice<UInt8>, to file: DiskFile, at offset: Int
    ) throws(DiskError) -> Int {
        try run("write", "file \(file.descriptor)") { state throws(DiskError) in
            guard let number = state.files[file.descriptor] else { throw DiskError(.other, "not open") }
            let taken = state.isWriteShort ? bytes.prefix((bytes.count + 1) / 2) : bytes
            state.nodes[number].change(.write(Array(taken), at: offset))
            return taken.count
        }
    }

    package func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError) {
        try run("truncate", file) { node throws(DiskError) in node.change(.truncate(byteCount)) }
    }

    package func sync(_ file: DiskFile) throws(DiskError) {
        do throws(DiskError) {
            try run("sync", file) { node throws(DiskError) in node.sync() }
        } catch {
            // The system takes the bytes for written once it has told of the failure.
            state.withLock { state in
                if let node = state.files[file.descriptor] { state.nodes[node].changes = [] }
            }
            throw error
        }
    }

    package func syncFolder(_ path: String) throws(DiskError) {
        try run("sync", path) { state throws(DiskError) in
            guard let node = state.node(path) else { throw DiskError(.missing, "sync \(path)") }
            state.settle { $0 == node }
        }
    }

    package func remove(_ path: String) throws(DiskError) {
        try run("remove", path) { state throws(DiskError) in try state.remove(path, isFolder: false) }
    }

    package func removeFolder(_ path: String) throws(DiskError) {
        try run("remove", path) { state throws(DiskError) in try state.remove(path, isFolder: true) }
    }

    package func rename(_ path: String, to newPath: String) throws(DiskError) {
        try run("rename", path) { state throws(DiskError) in try state.rename(path, newPath) }
    }

    package func room(at path: String) throws(DiskError) -> DiskRoom {
        try run("statvfs", path) { _ throws(DiskError) in DiskRoom(freeByteCount: 1 << 40, freeFileCount: nil)
        }
    }

    private func run<Value: Sendable>(
        _ verb: String, _ what: @autoclosure () -> String,
        _ body: (inout DiskState) throws(DiskError) -> Value
    ) throws(DiskError) -> Value {
        before?("\(verb) \(what())")
        return try state.withLock { state throws(DiskError) in
            try state.begin(verb, what)
            return try body(&state)
        }
    }

    private func run<Value: Sendable>(
        _ verb: String, _ file: DiskFile, _ body: (inout DiskNode) throws(DiskError) -> Value
    ) throws(DiskError) -> Value {
        try run(verb, "file \(file.descriptor)") { state throws(DiskError) in
            guard let number = state.files[file.descriptor] else {
                throw DiskError(.other, "\(verb): not open")
            }
            return try body(&state.nodes[number])
        }
    }
}
