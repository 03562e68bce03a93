import Glibc

/// Why a name in the maildrop cannot be read.
enum MaildropFault: Error, Hashable, Sendable {
    /// It is not there any more.
    case gone
    /// It is no mail, and never will be: says why.
    case foreign(String)
    /// The system does not do it now.
    case unavailable(String)
}

/// A file of the maildrop, open for reading. Whoever left it may be anybody, and may still write to it.
///
/// All functions block.
final class DroppedFile: Sendable {
    /// Who left it.
    let ownerID: UInt32
    private let descriptor: Int32

    /// Opens an ordinary file that has this name alone; anything else may lead to where its maker must not reach.
    init(_ path: String) throws(MaildropFault) {
        // O_NONBLOCK: a pipe must not make us wait for its other end.
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.fault() }
        var facts = stat()
        let code = fstat(descriptor, &facts)
        ownerID = facts.st_uid
        guard code == 0 else { throw .unavailable(String(cString: strerror(errno))) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .foreign("not an ordinary file") }
        guard facts.st_nlink == 1 else { throw .foreign("a file of several names") }
    }

    /// The user that the relay runs as left it.
    var isOwn: Bool { ownerID == geteuid() }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next bytes; none at the end, nil if they cannot be read.
    func read() -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Limits.dropReadByteCount) { buffer, filled in
            repeat {
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            } while count < 0 && errno == EINTR
            filled = max(count, 0)
        }
        return count < 0 ? nil : bytes
    }

    private static func fault() -> MaildropFault {
        switch errno {
        case ENOENT: .gone
        case ELOOP: .foreign("a symbolic link")
        case ENXIO: .foreign("not an ordinary file")
        case EACCES, EPERM: .foreign("not readable for the relay")
        default: .unavailable(String(cString: strerror(errno)))
        }
    }
}
