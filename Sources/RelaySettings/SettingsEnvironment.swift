import Glibc

/// The files and facts of the machine that a configuration depends on, as a value, so that tests need neither.
package struct SettingsEnvironment: Sendable {
    /// What is known of a path without opening it.
    package struct Status: Hashable, Sendable {
        package var isFolder: Bool
        /// The permission bits.
        package var mode: UInt32
        package var ownerID: UInt32
        package var groupID: UInt32

        package init(
            isFolder: Bool = false, mode: UInt32 = 0o640, ownerID: UInt32 = 0, groupID: UInt32 = 0
        ) {
            self.isFolder = isFolder
            self.mode = mode
            self.ownerID = ownerID
            self.groupID = groupID
        }
    }

    /// nil: there is nothing under this path.
    package var status: @Sendable (_ path: String) -> Status?
    /// The whole file, at most so many bytes.
    package var read: @Sendable (_ path: String, _ limit: Int) throws(SettingsError) -> [UInt8]
    /// The machine's fully qualified name.
    package var hostname: @Sendable () -> String?
    /// Where secrets are looked for by name, in this order.
    package var secretFolders: [String]
    /// Who must be able to read the files as well; nil: nobody but us.
    package var reader: FileUser?

    package init(
        status: @escaping @Sendable (String) -> Status?,
        read: @escaping @Sendable (String, Int) throws(SettingsError) -> [UInt8],
        hostname: @escaping @Sendable () -> String?, secretFolders: [String]
    ) {
        self.status = status
        self.read = read
        self.hostname = hostname
        self.secretFolders = secretFolders
    }

    /// The machine that we run on. An operator's command has not been given credentials, but root sees the daemon's.
    package static var system: SettingsEnvironment {
        let credentials = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
        return SettingsEnvironment(
            status: { MachineFiles.status(of: $0) },
            read: { path, limit throws(SettingsError) in try MachineFiles.read(path, limit: limit) },
            hostname: { MachineFiles.canonicalHostname() },
            secretFolders: ["/etc/postern/secrets", credentials ?? "/run/credentials/postern.service"])
    }
}

/// POSIX behind `SettingsEnvironment.system`.
private enum MachineFiles {
    static func status(of path: String) -> SettingsEnvironment.Status? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return SettingsEnvironment.Status(
            isFolder: facts.st_mode & S_IFMT == S_IFDIR, mode: facts.st_mode & 0o7777,
            ownerID: facts.st_uid, groupID: facts.st_gid)
    }

    static func read(_ path: String, limit: Int) throws(SettingsError) -> [UInt8] {
        // Without O_NONBLOCK a named pipe in place of a file would hold us up for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let chunk = try readChunk(descriptor, path)
            if chunk.isEmpty { return bytes }
            bytes += chunk
            guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
        }
    }

    private static func readChunk(_ descriptor: Int32, _ path: String) throws(SettingsError) -> [UInt8] {
        var count = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
            repeat {
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            } while count < 0 && errno == EINTR
            filled = max(count, 0)
        }
        guard count >= 0 else { throw failure(path) }
        return chunk
    }

    private static func failure(_ path: String) -> SettingsError {
        let code = errno
        return code == ENOENT
            ? .missing(path) : .unreadable(path: path, reason: String(cString: strerror(code)))
    }

    /// The resolver's canonical form of the host's name, which is what `hostname --fqdn` prints.
    static func canonicalHostname() -> String? {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        var hints = addrinfo()
        hints.ai_flags = AI_CANONNAME
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &found) == 0, let first = found else { return text(name) }
        defer { freeaddrinfo(first) }
        return first.pointee.ai_canonname.map { String(cString: $0) } ?? text(name)
    }

    private static func text(_ name: [CChar]) -> String {
        String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
