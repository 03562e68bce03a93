import MailSpool
import Synchronization

/// The real disk, until a test says what fails.
final class FailingDisk: Disk {
    /// What goes wrong from now on.
    struct Faults: Sendable {
        var write: DiskError.Reason?
        var sync: DiskError.Reason?
        /// One sync of a file that fails, counted from 1.
        var failingSync = 0
        /// And one of a folder.
        var failingFolderSync = 0
        var freeByteCount = 1 << 40
    }

    private let disk = PosixDisk()
    private let faults = Mutex(Faults())

    func set(_ change: (inout Faults) -> Void) { faults.withLock { change(&$0) } }

    private func fail(_ reason: DiskError.Reason?) throws(DiskError) {
        if let reason { throw DiskError(reason, "as the test wants") }
    }

    func lock(_ path: String) throws(DiskError) -> DiskFile { try disk.lock(path) }
    func makeFolder(_ path: String) throws(DiskError) { try disk.makeFolder(path) }
    func list(_ path: String) throws(DiskError) -> [DiskItem] { try disk.list(path) }
    func create(_ path: String) throws(DiskError) -> DiskFile { try disk.create(path) }
    func open(_ path: String, forWriting: Bool) throws(DiskError) -> DiskFile {
        try disk.open(path, forWriting: forWriting)
    }
    func close(_ file: DiskFile) { disk.close(file) }
    func byteCount(of file: DiskFile) throws(DiskError) -> Int { try disk.byteCount(of: file) }
    func read(_ range: Range<Int>, of file: DiskFile) throws(DiskError) -> [UInt8] {
        try disk.read(range, of: file)
    }
    func write(_ bytes: ArraySlice<UInt8>, to file: DiskFile, at offset: Int) throws(DiskError) -> Int {
        try fail(faults.withLock(\.write))
        return try disk.write(bytes, to: file, at: offset)
    }
    func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError) {
        try disk.truncate(file, to: byteCount)
    }
    func sync(_ file: DiskFile) throws(DiskError) {
        let reason = faults.withLock { faults in
            faults.failingSync -= 1
            return faults.failingSync == 0 ? .inputOutput : faults.sync
        }
        try fail(reason)
        try disk.sync(file)
    }
    func syncFolder(_ path: String) throws(DiskError) {
        let isFailing = faults.withLock { faults in
            faults.failingFolderSync -= 1
            return faults.failingFolderSync == 0
        }
        try fail(isFailing ? .inputOutput : nil)
        try disk.syncFolder(path)
    }
    func remove(_ path: String) throws(DiskError) { try disk.remove(path) }
    func removeFolder(_ path: String) throws(DiskError) { try disk.removeFolder(path) }
    func rename(_ path: String, to newPath: String) throws(DiskError) { try disk.rename(path, to: newPath) }
    func room(at path: String) throws(DiskError) -> DiskRoom {
        DiskRoom(freeByteCount: faults.withLock(\.freeByteCount), freeFileCount: nil)
    }
}
