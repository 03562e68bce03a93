import Glibc

/// Runs Postfix's own reader of its queue files; the format is Postfix's business.
enum Postcat {
    /// All that it prints, at most so many bytes.
    static func run(_ file: String, limit: Int) throws(ImportFailure) -> [UInt8] {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw StoreFile.failure("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let process: pid_t
        do throws(ImportFailure) { process = try spawn(file, output: ends[1]) } catch {
            close(ends[1])
            throw error
        }
        close(ends[1])
        let shown = read(ends[0], limit: limit)
        if shown == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard let shown else { throw ImportFailure("\(file): larger than the relay takes") }
        guard status == 0 else { throw ImportFailure("\(file): postcat cannot read it") }
        return shown
    }

    private static func spawn(_ file: String, output: Int32) throws(ImportFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var process: pid_t = 0
        // Not everybody's PATH has the folder of system programs.
        for program in ["postcat", "/usr/sbin/postcat"] {
            var words: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(file), nil]
            defer { for word in words { free(word) } }
            if posix_spawnp(&process, program, &actions, nil, &words, environ) == 0 { return process }
        }
        throw ImportFailure(
            "a Postfix queue is read through postcat, which cannot be run: is Postfix installed?")
    }

    /// nil: it is more than that.
    private static func read(_ descriptor: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var window = [UInt8](repeating: 0, count: Limits.windowByteCount)
        while true {
            let count = Glibc.read(descriptor, &window, window.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += window.prefix(count)
            guard bytes.count <= limit else { return nil }
        }
    }
}
