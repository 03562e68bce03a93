import Glibc

/// Lets one process at a time into a spool: an advisory lock on a file that holds the process's number.
enum SpoolLock {
    static func take(_ path: String) throws(DiskError) -> DiskFile {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw DiskError(errno, "open \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { close(descriptor) }
            throw code == EWOULDBLOCK
                ? DiskError(.locked(holder(descriptor)), "lock \(path): held")
                : DiskError(code, "lock \(path)")
        }
        // Only for people: the lock counts, not what the file says.
        let text = "\(getpid())\n"
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.utf8.count, 0) }
        return DiskFile(descriptor: descriptor)
    }

    private static func holder(_ descriptor: Int32) -> String {
        let bytes = [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
            count = max(pread(descriptor, buffer.baseAddress, buffer.count, 0), 0)
        }
        let number = String(decoding: bytes.prefix { (0x30...0x39).contains($0) }, as: UTF8.self)
        return number.isEmpty ? "another process" : "process \(number)"
    }
}
