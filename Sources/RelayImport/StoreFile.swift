import Glibc

/// Files of a store. They may belong to anybody while we are root: a link is never followed, and what is no ordinary
/// file is not read.
final class StoreFile {
    let byteCount: Int
    /// The permissions.
    let mode: UInt32
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws(ImportFailure) {
        self.path = path
        // O_NONBLOCK: a pipe must not make us wait for its other end.
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        var facts = stat()
        let isThere = descriptor >= 0 && fstat(descriptor, &facts) == 0
        (byteCount, mode) = (Int(facts.st_size), facts.st_mode & 0o7777)
        guard isThere else { throw Self.failure(path) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw ImportFailure("\(path): not an ordinary file") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The bytes of a range, fewer where the file ends.
    func read(_ range: Range<Int>) throws(ImportFailure) -> [UInt8] {
        var isGood = true
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let count = pread(descriptor, rest.baseAddress, rest.count, range.lowerBound + filled)
                if count < 0, errno == EINTR { continue }
                isGood = count >= 0
                if count <= 0 { break }
                filled += count
            }
        }
        guard isGood else { throw Self.failure(path) }
        return bytes
    }

    /// A whole file, or a stretch of it, of at most so many bytes.
    static func read(
        _ path: String, _ range: Range<Int>? = nil, limit: Int
    ) throws(ImportFailure) -> [UInt8] {
        let file = try StoreFile(path)
        let range = range ?? 0..<file.byteCount
        guard range.count <= limit else {
            throw ImportFailure("\(path): \(range.count) bytes, more than the \(limit) that are taken")
        }
        return try file.read(range)
    }

    static func isFolder(_ path: String) throws(ImportFailure) -> Bool {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw failure(path) }
        return facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether an ordinary file has a name.
    static func isFile(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    /// The names in a folder, sorted.
    static func names(in path: String) throws(ImportFailure) -> [String] {
        guard let folder = opendir(path) else { throw failure(path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let found = readdir(folder) {
            let name = withUnsafeBytes(of: &found.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            guard names.count < Limits.itemCount else {
                throw ImportFailure("\(path): more than \(Limits.itemCount) files")
            }
            names.append(name)
        }
        return names.sorted()
    }

    static func failure(_ path: String) -> ImportFailure {
        ImportFailure("\(path): \(String(cString: strerror(errno)))")
    }
}
