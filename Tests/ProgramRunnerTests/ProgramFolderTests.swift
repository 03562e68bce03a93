import Foundation
import Glibc
import PosternTestSupport
import Testing

@testable import ProgramRunner

/// Programs that behave, and programs that do not. They belong to root, so it takes root to have any. One at a time: a
/// program that is being written is busy for all that fork meanwhile.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root can put a program into a folder of programs"))
struct ProgramFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(
        _ script: String, by shell: String = "/bin/sh", arguments: [String] = [], input: String = "",
        timeout: Duration = .seconds(20),
        outputByteCountLimit: Int = 1000, environment: [String: String] = [:]
    ) throws -> Result<ProgramOutcome, ProgramError> {
        let path = try folder.write("program", Array("#!\(shell)\n\(script)\n".utf8))
        chmod(path, 0o755)
        let programs = try ProgramFolder(folder.path, timeout: timeout)
        var order = ProgramOrder("program", arguments, outputByteCountLimit: outputByteCountLimit)
        let bytes = Array(input.utf8)
        order.environment = environment
        order.inputByteCount = bytes.count
        order.input = { Array(bytes[$0]) }
        return Result { () throws(ProgramError) in
            try programs.run(order, within: .seconds(600)) { ContinuousClock().now }
        }
    }

    private func output(_ script: String, arguments: [String] = [], input: String = "") throws -> String {
        let outcome = try run(script, arguments: arguments, input: input).get()
        return String(decoding: outcome.output, as: UTF8.self)
    }

    @Test func `a program reads its input and arguments, and what it prints and its status come back`() throws
    {
        let outcome = try run("tr a-z A-Z; echo \"$1\"; exit 3", arguments: ["x y"], input: "hello\n").get()
        #expect(outcome == ProgramOutcome(status: 3, output: Array("HELLO\nx y\n".utf8)))
    }

    @Test func `input larger than a pipe goes through while output comes back`() throws {
        let input = String(repeating: "0123456789abcdef", count: 40_000)
        let outcome = try run("cat", input: input, outputByteCountLimit: 1 << 20).get()
        #expect(outcome.output == Array(input.utf8))
    }

    @Test func `a program that reads nothing of its input is none the worse for it`() throws {
        let input = String(repeating: "x", count: 500_000)
        #expect(try run("exit 0", input: input).get().status == 0)
    }

    @Test func `the environment is ours to give, and nothing of the daemon's`() throws {
        setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1)
        let outcome = try run("env | sort", environment: ["SENDER": "a@x.example"]).get()
        let names = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map {
            String($0.prefix { $0 != "=" })
        }
        #expect(Set(names).subtracting(["_", "PWD", "OLDPWD", "SHLVL"]) == ["LANG", "PATH", "SENDER"])
    }

    @Test func `no descriptor but the three is open`() throws {
        let own = open("/dev/null", O_RDONLY)
        // Without close-on-exec, and out of the way of all others in this process.
        let other = fcntl(own, F_DUPFD, 700)
        defer {
            close(own)
            close(other)
        }
        #expect(
            try output("for n in 3 4 5 6 7 8 9; do (: <&$n) 2>/dev/null && echo $n; done; echo done")
                == "done\n")
        #expect(try output("(cat <&\(other)) 2>/dev/null || echo closed") == "closed\n")
    }

    @Test func `a program that loops is ended after its time`() throws {
        let result = try run("while :; do :; done", timeout: .seconds(1))
        #expect(result == .failure(.timedOut(.seconds(1))))
    }

    @Test func `one that is deaf to the request to end is ended as well`() throws {
        let result = try run("trap '' TERM; while :; do :; done", timeout: .seconds(1))
        #expect(result == .failure(.timedOut(.seconds(1))))
    }

    @Test func `one that prints for ever is ended at the limit`() throws {
        #expect(try run("yes") == .failure(.tooMuchOutput(limit: 1000)))
    }

    @Test func `one that is killed is told as killed, with its last words`() throws {
        let result = try run("echo out of luck >&2; kill -9 $$")
        #expect(result == .failure(.killed(signal: 9, complaint: "out of luck")))
    }

    @Test func `what those print that it leaves behind is part of its output`() throws {
        // The loop makes sure that the program is gone by then.
        let script =
            "exec 4>&1; coproc { cat; for n in {1..100000}; do :; done; echo late >&4; }; echo early; exit 0"
        #expect(try run(script, by: "/bin/bash").get().output == Array("early\nlate\n".utf8))
    }

    @Test func `output that nobody ends is no success`() throws {
        let result = try run("sleep 1000 & echo half; exit 0", timeout: .seconds(1))
        #expect(result == .failure(.timedOut(.seconds(1))))
    }

    @Test func `a NUL in an argument or in the environment ends neither`() throws {
        let fault = Result<ProgramOutcome, ProgramError>.failure(
            .unusable("has a NUL in an argument or in its environment"))
        #expect(try run("exit 0", arguments: ["a\0b"]) == fault)
        #expect(try run("exit 0", environment: ["SENDER": "a\0b"]) == fault)
    }

    @Test func `what it leaves running ends with it`() throws {
        let outcome = try run("sleep 1000 >/dev/null & echo $!; exit 0").get()
        let text = String(decoding: outcome.output, as: UTF8.self)
        let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // It dies at its next turn, and then is gone, or waits for whoever inherits it.
        var isAlive = true
        for _ in 0..<1_000_000 where isAlive {
            sched_yield()
            let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            isAlive = state.map { !$0.contains(") Z ") } ?? false
        }
        #expect(!isAlive)
    }

    @Test func `it can neither read files of ours nor write any, nor look into our memory`() throws {
        let secrets = try TemporaryFolder()
        let secret = try secrets.write("secret", Array("hidden\n".utf8))
        let script = """
            cat \(secret) && echo READ
            cat /etc/shadow && echo READ
            ls \(secrets.path) && echo READ
            echo x >\(secrets.path)/new && echo WROTE
            echo x >\(folder.path)/new && echo WROTE
            cat /proc/\(getpid())/environ && echo READ
            cat /proc/\(getpid())/mem && echo READ
            echo x >/dev/null && echo done
            """
        #expect(try output(script) == "done\n")
        #expect(try secrets.names() == ["secret"])
    }

    @Test func `what others can write or make is not run`() throws {
        let path = try folder.write("program", Array("#!/bin/sh\n".utf8))
        let obstacle = { ProgramFolder.obstacle(to: $0, in: folder.path) }
        #expect(obstacle("program") == "\(path) is not executable")
        chmod(path, 0o775)
        #expect(obstacle("program") == "\(path) can be written by others than root")
        chmod(path, 0o755)
        #expect(obstacle("program") == nil)
        chown(path, 65534, 0)
        #expect(obstacle("program") == "\(path) belongs to uid 65534, and not to root")
        #expect(obstacle("../program") == "\"../program\" is not the name of a file")
        #expect(obstacle("none") == "there is no program \(folder.path)/none")
        symlink(path, folder.path + "/link")
        #expect(obstacle("link") == "\(folder.path)/link is not an ordinary file")
    }
}
