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
        let file = "\(path)/token.key"
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw Self.failure(file) }
            return try makeTokenKey(file)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: TokenKey.byteCount + 1)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0, let key = TokenKey(bytes: Array(bytes.prefix(count))) else {
            // Making a new one would orphan the addresses of mail already sent: a person decides.
            throw CommandFailure(text: "\(file): is not a key of \(TokenKey.byteCount) bytes")
        }
        return key
    }

    /// Written under another name first: a crash leaves no half key.
    private func makeTokenKey(_ file: String) throws -> TokenKey {
        let key = TokenKey.make()
        let draft = file + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(draft) }
        defer { close(descriptor) }
        guard write(descriptor, key.bytes, key.bytes.count) == key.bytes.count, fsync(descriptor) == 0,
            rename(draft, file) == 0
        else { throw Self.failure(file) }
        try syncFolder()
        return key
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
