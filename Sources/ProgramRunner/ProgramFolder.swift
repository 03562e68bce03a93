import CConfinement
import Glibc

/// A folder of programs that may be run, each confined: it reads the system's libraries and this folder, and no other
/// file; it writes nowhere; it has no descriptor of ours, and not our environment.
package final class ProgramFolder: Sendable {
    /// What programs need of the system to run at all; never a folder where mail, state or secrets are.
    private static let readable = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/etc/alternatives", "/etc/ssl/certs",
        "/etc/ca-certificates", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/hosts",
        "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
        "/etc/protocols", "/etc/passwd", "/etc/group", "/etc/mime.types", "/etc/magic", "/etc/perl",
        "/etc/python3", "/etc/python3.11", "/etc/python3.13",
    ]
    private static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]

    private let path: String
    private let timeout: Duration
    private let ruleset: Int32

    /// A folder of programs, of which none runs longer than `timeout`.
    package init(_ path: String, timeout: Duration) throws(ProgramError) {
        self.path = path
        self.timeout = timeout
        ruleset = confined_ruleset()
        guard ruleset >= 0 else {
            throw .unusable(
                "programs cannot be confined (Landlock): \(String(cString: strerror(errno)))")
        }
        // What a system does not have need not be allowed.
        for place in Self.readable { _ = confined_allow(ruleset, place, 0) }
        for device in Self.devices { _ = confined_allow(ruleset, device, 1) }
        guard confined_allow(ruleset, path, 0) == 0 else {
            throw .unusable("\(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(ruleset) }

    /// The names in a folder, in their order.
    package static func names(in folder: String, limit: Int) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while names.count < limit, let item = readdir(listing) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Why a name cannot be run; nil: it can.
    package static func obstacle(to name: String, in folder: String) -> String? {
        guard !name.isEmpty, !name.contains("/"), name != ".", name != "..", !name.utf8.contains(0) else {
            return "\"\(name)\" is not the name of a file"
        }
        let path = "\(folder)/\(name)"
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return "there is no program \(path)" }
        if facts.st_mode & S_IFMT != S_IFREG { return "\(path) is not an ordinary file" }
        return fault(of: name, in: folder) ?? (facts.st_mode & 0o111 == 0 ? "\(path) is not executable" : nil)
    }

    /// Who beside root could change what a name stands for; nil: nobody.
    package static func fault(of name: String, in folder: String) -> String? {
        let path = "\(folder)/\(name)"
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return nil }
        if facts.st_uid != 0 { return "\(path) belongs to uid \(facts.st_uid), and not to root" }
        let isLink = facts.st_mode & S_IFMT == S_IFLNK
        return facts.st_mode & 0o022 != 0 && !isLink ? "\(path) can be written by others than root" : nil
    }

    /// Runs a program to its end, for no longer than the caller has time left; blocks the thread meanwhile. `uptime` is
    /// what time is taken by.
    package func run(
        _ order: ProgramOrder, within left: Duration,
        uptime: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(ProgramError) -> ProgramOutcome {
        let timeout = min(timeout, left)
        guard timeout > .zero else { throw .timedOut(.zero) }
        if let obstacle = Self.obstacle(to: order.name, in: path) { throw .unusable(obstacle) }
        let bytes = order.arguments.reduce(0) { $0 + $1.utf8.count }
        guard order.arguments.count <= Limits.argumentCount, bytes <= Limits.argumentByteCount else {
            throw .unusable("has too many arguments")
        }
        // The kernel would take it for the end, and the program see less than was checked.
        let texts = order.arguments + order.environment.flatMap { [$0.key, $0.value] }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw .unusable("has a NUL in an argument or in its environment")
        }
        var run = try ProgramRun(order, uptime: uptime)
        defer { run.close() }
        try run.start("\(path)/\(order.name)", ruleset: ruleset, timeout: timeout)
        return try run.finish(until: uptime() + timeout, timeout: timeout)
    }
}

/// The memory of this process cannot be looked into by others of its user, programs that it runs among them. What of it
/// the kernel would write after a crash is not written either.
package enum OwnMemory {
    package static func hide() { _ = confined_hide_memory() }
}
