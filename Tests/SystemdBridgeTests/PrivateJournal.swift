import Foundation

/// A real journald with a /run of its own, in a mount and process namespace.
final class PrivateJournal {
    struct CannotStart: Error {}

    private let process = Process()
    private let commands = Pipe()
    private let answers = Pipe()

    /// Needs root and a journald on the machine.
    static var isPossible: Bool {
        getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd-journald")
            && FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare")
    }

    private static let script = #"""
        set -eu
        mount --make-rprivate /
        mount -t tmpfs tmpfs /var/lib/systemd/catalog
        mkdir -p /var/lib/systemd/catalog/upper /var/lib/systemd/catalog/work
        cp "$1" /var/lib/systemd/catalog/upper/
        mount -t overlay overlay -o lowerdir=/var/lib/systemd/catalog/upper:/usr/lib/systemd/catalog \
            /usr/lib/systemd/catalog
        journalctl --update-catalog
        mount -t tmpfs tmpfs /run
        mkdir -p /run/systemd/journal /run/log/journal /run/systemd/journald.conf.d
        printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\nReadKMsg=no\nAudit=no\nForwardToSyslog=no\n' \
            >/run/systemd/journald.conf.d/test.conf
        SYSTEMD_LOG_TARGET=console /lib/systemd/systemd-journald >/run/journald.log 2>&1 &
        while [ ! -S /run/systemd/journal/socket ]; do sleep 0.01; done
        echo ready
        while read -r signal; do kill -s "$signal" $!; echo done; done
        """#

    init(catalog: URL) throws {
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = [
            "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", Self.script,
            "journal",
            catalog.path,
        ]
        process.standardInput = commands
        process.standardOutput = answers
        try process.run()
        guard answer() == "ready\n" else { throw CannotStart() }
    }

    deinit {
        try? commands.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }

    /// Sends journald a signal: STOP, CONT.
    func signal(_ name: String) {
        commands.fileHandleForWriting.write(Data("\(name)\n".utf8))
        _ = answer()
    }

    /// What journalctl prints; all that was sent before is in it.
    func journalctl(_ arguments: String...) throws -> String {
        _ = try run(["journalctl", "--sync"])
        return try run(["journalctl", "--no-pager"] + arguments)
    }

    /// Takes the calling thread into the journal's namespace, and it alone.
    func enter() {
        typealias Call = @convention(c) (Int32) -> Int32
        typealias JoinCall = @convention(c) (Int32, Int32) -> Int32
        // glibc shows both to GNU sources only.
        let unshare = unsafeBitCast(dlsym(nil, "unshare"), to: Call.self)
        let setns = unsafeBitCast(dlsym(nil, "setns"), to: JoinCall.self)
        let namespace = open("/proc/\(process.processIdentifier)/ns/mnt", O_RDONLY)
        precondition(unshare(0x200) == 0, "a thread gets a root and a folder of its own (CLONE_FS)")
        precondition(setns(namespace, 0x20000) == 0, "and may then join another mount namespace")
        close(namespace)
    }

    private func answer() -> String {
        String(decoding: answers.fileHandleForReading.availableData, as: UTF8.self)
    }

    private func run(_ command: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/nsenter")
        process.arguments = ["--mount=/proc/\(self.process.processIdentifier)/ns/mnt"] + command
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
