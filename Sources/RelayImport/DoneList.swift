import Glibc

/// What of a store was taken: a file of keys, one a line, beside the store. A key is written, and on the disk, after the
/// message is on the relay's disk: what is interrupted between the two is taken twice, never lost.
///
/// All functions block.
package final class DoneList {
    private let path: String
    private let descriptor: Int32
    private var keys: Set<String> = []

    /// Opens the list of a store, made if it is missing; nobody else may have it meanwhile.
    package init(_ store: any MailStore) throws(ImportFailure) {
        path = store.donePath
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFile.failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw ImportFailure("\(path): another import of this store is under way")
        }
        let bytes = try StoreFile.read(path, limit: Limits.doneByteCount)
        // A line without its end was cut off by a crash: its message is taken again.
        let whole = bytes.prefix((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        guard whole.count == bytes.count || ftruncate(descriptor, whole.count) == 0 else {
            throw StoreFile.failure(path)
        }
        keys = Set(whole.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) })
        try syncFolder()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func contains(_ item: StoredItem) -> Bool { keys.contains(Self.line(item)) }

    /// Remembers a message for ever.
    package func add(_ item: StoredItem) throws(ImportFailure) {
        let line = Array((Self.line(item) + "\n").utf8)
        guard write(descriptor, line, line.count) == line.count, fdatasync(descriptor) == 0 else {
            throw StoreFile.failure(path)
        }
        keys.insert(Self.line(item))
    }

    /// A name may hold anything but a slash, a line end too.
    private static func line(_ item: StoredItem) -> String {
        item.key.replacing("%", with: "%25").replacing("\n", with: "%0A")
    }

    private func syncFolder() throws(ImportFailure) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let opened = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw StoreFile.failure(folder) }
        defer { close(opened) }
        guard fsync(opened) == 0 else { throw StoreFile.failure(folder) }
    }
}
