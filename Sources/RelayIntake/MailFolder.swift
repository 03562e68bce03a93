import Glibc
import MailSpool
import MailSyntax
import Synchronization

/// A message for a folder.
struct FolderLetter: Sendable {
    /// All of it, as pieces of what was received.
    let pieces: [Piece]
    /// The envelope's sender; empty for the null sender.
    let returnPath: String
    /// Its file's name, which no other message has.
    let name: String

    var byteCount: Int { pieces.reduce(0) { $0 + $1.byteCount } }
}

/// Folders whose own names are on the disk, by what was done since the process began.
final class SyncedFolders: Sendable {
    private let paths = Mutex<Set<String>>([])

    func contains(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }

    func insert(_ path: String) { paths.withLock { _ = $0.insert(path) } }
}

/// A folder that scripts store into: a Maildir, made when it is first used.
///
/// All functions block.
struct MailFolder: Sendable {
    let path: String
    let synced: SyncedFolders

    /// Writes a message under another name first, so that whoever reads the folder sees all of it or nothing. What went
    /// wrong, if anything; without that it is on the disk.
    func store(_ letter: FolderLetter, _ reader: DraftReader) -> SpoolError? {
        let draft = "\(path)/tmp/\(letter.name)"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return failure(draft) }
        defer { close(descriptor) }
        do throws(SpoolError) { try write(letter, reader, to: descriptor) } catch {
            unlink(draft)
            return error
        }
        guard fsync(descriptor) == 0, rename(draft, "\(path)/new/\(letter.name)") == 0 else {
            defer { unlink(draft) }
            return failure(draft)
        }
        guard let problem = syncFolder("\(path)/new") else { return nil }
        takeBack(letter)
        return problem
    }

    /// Removes a letter, unless somebody who reads the folder has moved it on.
    func takeBack(_ letter: FolderLetter) { unlink("\(path)/new/\(letter.name)") }

    /// Makes what is missing; before the first letter. No message is in a folder whose own name a power cut takes away,
    /// nor in one that an earlier process made just before its end.
    func prepare() -> SpoolError? {
        let isOurs = mkdir(path, 0o700) == 0
        guard isOurs || errno == EEXIST else { return failure(path) }
        var isNew = isOurs
        for name in ["/tmp", "/new", "/cur"].map({ path + $0 }) {
            if mkdir(name, 0o700) == 0 { isNew = true } else if errno != EEXIST { return failure(name) }
        }
        guard isNew || !synced.contains(path) else { return nil }
        if let problem = syncFolder(path) { return problem }
        // One that we may not even open is not one in which an earlier process made this folder.
        if let problem = syncFolder(path + "/.."), isOurs { return problem }
        synced.insert(path)
        return nil
    }

    private func write(
        _ letter: FolderLetter, _ reader: DraftReader, to descriptor: Int32
    ) throws(SpoolError) {
        try write(HeaderComposer.field("Return-Path", "<\(letter.returnPath)>"), to: descriptor)
        for piece in letter.pieces {
            switch piece {
            case .added(let bytes): try write(bytes, to: descriptor)
            case .original(let range):
                for start in stride(
                    from: range.lowerBound, to: range.upperBound, by: Limits.windowByteCount)
                {
                    let end = min(start + Limits.windowByteCount, range.upperBound)
                    try write(try reader.bytes(start..<end), to: descriptor)
                }
            }
        }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(SpoolError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    private func syncFolder(_ name: String) -> SpoolError? {
        let descriptor = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return failure(name) }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? nil : failure(name)
    }

    private func failure(_ what: String) -> SpoolError {
        errno == ENOSPC || errno == EDQUOT
            ? .full : .unavailable("\(what): \(String(cString: strerror(errno)))")
    }
}
