import Glibc

/// The file system of the machine.
public struct PosixDisk: Disk {
    /// The one there is.
    public init() {}

    /// See `Disk`; the lock also ends with the process.
    public func lock(_ path: String) throws(DiskError) -> DiskFile { try SpoolLock.take(path) }

    /// See `Disk`.
    public func makeFolder(_ path: String) throws(DiskError) {
        try check("make", path) { mkdir(path, 0o700) }
    }

    /// See `Disk`.
    public func list(_ path: String) throws(DiskError) -> [DiskItem] {
        var items: [DiskItem] = []
        try walk(path) { name, type in
            items.append(DiskItem(name: name, kind: kind(type, of: path + "/" + name)))
        }
        return items
    }

    /// See `Disk`.
    public func names(in path: String) throws(DiskError) -> [String] {
        var names: [String] = []
        try walk(path) { name, _ in names.append(name) }
        return names
    }

    private func walk(_ path: String, _ body: (_ name: String, _ type: UInt8) -> Void) throws(DiskError) {
        guard let folder = opendir(path) else { throw failure("list", path) }
        defer { closedir(folder) }
        while true {
            errno = 0
            guard let found = readdir(folder) else { break }
            let name = withUnsafeBytes(of: &found.pointee.d_name) { bytes in
                String(decoding: bytes[..<(bytes.firstIndex(of: 0) ?? bytes.count)], as: UTF8.self)
            }
            if name != ".", name != ".." { body(name, found.pointee.d_type) }
        }
        guard errno == 0 else { throw failure("list", path) }
    }

    /// See `Disk`.
    public func create(_ path: String) throws(DiskError) -> DiskFile {
        try open(path, O_RDWR | O_CREAT | O_EXCL, "create")
    }

    /// See `Disk`.
    public func open(_ path: String, forWriting: Bool) throws(DiskError) -> DiskFile {
        // O_NONBLOCK: should it be a pipe after all, opening must not wait for the other end.
        try open(path, (forWriting ? O_RDWR : O_RDONLY) | O_NONBLOCK, "open")
    }

    /// See `Disk`.
    public func close(_ file: DiskFile) { _ = Glibc.close(file.descriptor) }

    /// See `Disk`.
    public func byteCount(of file: DiskFile) throws(DiskError) -> Int {
        var facts = stat()
        try check("stat", "an open file") { fstat(file.descriptor, &facts) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw DiskError(.notAFile, "stat an open file: not an ordinary one")
        }
        return Int(facts.st_size)
    }

    /// See `Disk`.
    public func read(_ range: Range<Int>, of file: DiskFile) throws(DiskError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let count = pread(file.descriptor, rest.baseAddress, rest.count, range.lowerBound + filled)
                if count < 0, errno == EINTR { continue }
                failed = count < 0
                guard count > 0 else { return }
                filled += count
            }
        }
        if failed { throw failure("read", "an open file") }
        return bytes
    }

    /// See `Disk`.
    public func write(_ bytes: ArraySlice<UInt8>, to file: DiskFile, at offset: Int) throws(DiskError) -> Int
    {
        while true {
            let count = bytes.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, offset) }
            if count > 0 { return count }
            guard count < 0 else { throw DiskError(.other, "write: the system took nothing") }
            guard errno == EINTR else { throw failure("write", "an open file") }
        }
    }

    /// See `Disk`.
    public func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError) {
        try check("truncate", "an open file") { ftruncate(file.descriptor, byteCount) }
    }

    /// See `Disk`.
    public func sync(_ file: DiskFile) throws(DiskError) {
        try check("sync", "an open file") { fdatasync(file.descriptor) }
    }

    /// See `Disk`.
    public func syncFolder(_ path: String) throws(DiskError) {
        let folder = try open(path, O_RDONLY | O_DIRECTORY, "open")
        defer { close(folder) }
        try check("sync", path) { fsync(folder.descriptor) }
    }

    /// See `Disk`.
    public func remove(_ path: String) throws(DiskError) { try check("remove", path) { unlink(path) } }

    /// See `Disk`.
    public func removeFolder(_ path: String) throws(DiskError) { try check("remove", path) { rmdir(path) } }

    /// See `Disk`.
    public func rename(_ path: String, to newPath: String) throws(DiskError) {
        // Nobody else makes names in a spool that we hold the lock of.
        var facts = stat()
        guard lstat(newPath, &facts) != 0 else { throw DiskError(EEXIST, "rename \(path) to \(newPath)") }
        try check("rename", path) { Glibc.rename(path, newPath) }
    }

    /// See `Disk`.
    public func room(at path: String) throws(DiskError) -> DiskRoom {
        var facts = statvfs()
        try check("statvfs", path) { statvfs(path, &facts) }
        let (blocks, overflow) = UInt64(facts.f_bavail).multipliedReportingOverflow(
            by: UInt64(facts.f_frsize))
        return DiskRoom(
            freeByteCount: overflow ? .max : Int(clamping: blocks),
            freeFileCount: facts.f_files == 0 ? nil : Int(clamping: facts.f_favail))
    }

    private func open(_ path: String, _ flags: Int32, _ verb: String) throws(DiskError) -> DiskFile {
        var descriptor: Int32 = -1
        try check(verb, path) {
            descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
            return descriptor
        }
        return DiskFile(descriptor: descriptor)
    }

    /// Some file systems do not say in the listing what a name stands for.
    private func kind(_ type: UInt8, of path: String) -> DiskItem.Kind {
        switch Int(type) {
        case Int(DT_REG): return .file
        case Int(DT_DIR): return .folder
        case Int(DT_UNKNOWN):
            var facts = stat()
            guard lstat(path, &facts) == 0 else { return .other }
            return switch facts.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        default: return .other
        }
    }

    private func check(_ verb: String, _ path: String, _ call: () -> Int32) throws(DiskError) {
        while call() < 0 {
            guard errno == EINTR else { throw failure(verb, path) }
        }
    }

    private func failure(_ verb: String, _ path: String) -> DiskError { DiskError(errno, "\(verb) \(path)") }
}

extension DiskError {
    init(_ code: Int32, _ what: String) {
        let reason: Reason =
            switch code {
            case ENOSPC, EDQUOT: .noSpace
            case ENOENT, ENOTDIR: .missing
            case EEXIST: .exists
            case ENOTEMPTY: .notEmpty
            case ELOOP, ENXIO, EISDIR, ESPIPE: .notAFile
            case EIO: .inputOutput
            default: .other
            }
        self.init(reason, "\(what): \(String(cString: strerror(code)))")
    }
}
