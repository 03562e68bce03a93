import Glibc
import MailCrypto

/// The folder for state that is not mail.
struct StateFolder {
    let path: String

    /// Makes the folder if it is missing.
    init(_ path: String) throws {
        self.path = path
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failure(path) }
    }

    /// The key of message tokens; made at the first start, and never again while the file is there.
    func tokenKey() throws -> TokenKey {
        let file = "token.key"
        guard let bytes = try read(file, limit: TokenKey.byteCount + 1) else {
            let key = TokenKey.make()
            try replace(file, with: key.bytes)
            return key
        }
        guard let key = TokenKey(bytes: bytes) else {
            // Making a new one would orphan the addresses of mail already sent: a person decides.
            throw CommandFailure(text: "\(path)/\(file): is not a key of \(TokenKey.byteCount) bytes")
        }
        return key
    }

    /// The first bytes of a file; nil if it is not there.
    func read(_ name: String, limit: Int) throws -> [UInt8]? {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw Self.failure(file) }
            return nil
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            var window = [UInt8](repeating: 0, count: min(limit - bytes.count, 64 << 10))
            let count = Glibc.read(descriptor, &window, window.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(file) }
            guard count > 0 else { break }
            bytes += window.prefix(count)
        }
        return bytes
    }

    /// Writes a file under another name first: a crash leaves the old one or the new one, never a half.
    func replace(_ name: String, with bytes: [UInt8]) throws {
        let file = "\(path)/\(name)"
        let draft = file + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(draft) }
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(draft, file) == 0
        else { throw Self.failure(file) }
        try syncFolder()
    }

    /// Adds to a file, which is made if it is missing. Not synced: what is added is not worth it.
    func append(_ bytes: [UInt8], to name: String) throws {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(file) }
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Self.failure(file) }
    }

    private func syncFolder() throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.failure(path) }
    }

    private static func failure(_ what: String) -> CommandFailure {
        CommandFailure(text: "\(what): \(String(cString: strerror(errno)))")
    }
}
