import Foundation
import Testing

extension EndToEnd {
    /// The operator's socket in the wrong hands, and no daemon behind it.
    @Suite struct ControlSocket {
        private static let id = "0QJ5E6W3G0A1B"

        /// Every command that needs the daemon.
        private static let commands: [[String]] =
            ["show", "hold", "release", "bounce", "retry", "delete"].map { ["queue", $0, id] } + [
                ["status"], ["reload"], ["queue", "list"], ["queue", "reroute", id, "--into", "office"],
                ["stream", "list"],
                ["stream", "pause", "office", "--reason", "test"], ["stream", "resume", "office"],
            ]

        private func relay(on stage: Stage) throws -> Relay {
            try Relay(on: stage, Relay.oneStream(on: stage, to: try SmartHost(on: stage, "host")))
        }

        private func expectUnreachable(at socket: String, _ commands: [[String]] = commands) throws {
            let postern = try Places.postern()
            for words in commands {
                let ended = try Program.run([postern] + words + ["--socket", socket])
                #expect(ended.status == 69, "\(words): \(ended.output)")
                #expect(ended.output.hasPrefix("postern: "), "\(words): \(ended.output)")
                #expect(ended.output.split(separator: "\n").count == 1, "\(words): \(ended.output)")
            }
        }

        @Test func `every command says in one line that there is no daemon, and exits 69`() throws {
            try Stage.run { stage in
                try expectUnreachable(at: stage.folder.path + "/nobody.sock")
            }
        }

        @Test func `so it does where a daemon was, where a file is, and where something else listens`() throws
        {
            try Stage.run { stage in
                let some = [["status"], ["queue", "list"], ["queue", "release", Self.id]]
                let stale = stage.folder.path + "/stale.sock"
                try LocalSocket.leaveStale(at: stale)
                try expectUnreachable(at: stale, some)
                try expectUnreachable(at: stage.write("file", "").path, some)
                for (name, answer) in [
                    ("smtp", "220 mail.test ESMTP\\r\\n"), ("silent", ""),
                    ("web", "HTTP/1.1 404 Not Found\\r\\nContent-Length: 5\\r\\n\\r\\nnope\\n"),
                ] {
                    let socket = stage.folder.path + "/\(name).sock"
                    let script = """
                        import socket, sys
                        listener = socket.socket(socket.AF_UNIX)
                        listener.bind(sys.argv[1])
                        listener.listen(9)
                        while True:
                            peer, _ = listener.accept()
                            peer.recv(65536)
                            peer.sendall(b"\(answer)")
                            peer.close()
                        """
                    _ = try stage.start(name, ["/usr/bin/python3", "-c", script, socket])
                    try until("\(name) listens") { (try? LocalSocket(socket)) != nil }
                    try expectUnreachable(at: socket, some)
                }
            }
        }

        @Test func `a stranger gets 77 and nothing else`() throws {
            try Stage.run { stage in
                _ = try relay(on: stage)
                let socket = stage.folder.path + "/control.sock"
                let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
                for words in Self.commands {
                    let ended = try Program.run(
                        nobody + [try Places.postern()] + words + ["--socket", socket])
                    #expect(ended.status == 77, "\(words): \(ended.output)")
                    #expect(ended.output.split(separator: "\n").count == 1, "\(words): \(ended.output)")
                }
            }
        }

        @Test func `what is no request of ours is answered 4xx, and the daemon goes on`() throws {
            try Stage.run { stage in
                let relay = try self.relay(on: stage)
                let long = String(repeating: "a", count: 1 << 20)
                let end = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                let requests: [(String, Int)] = [
                    ("\u{0}\u{1}\u{2}\r\n\r\n", 400), ("EHLO client.test\r\n", 400), (long, 400),
                    ("GET /\(long)\(end)\r\n", 400), ("GET /status\(end)X: \(long)\r\n\r\n", 400),
                    ("GET /%zz\(end)\r\n", 400), ("GET /queue?colour=red\(end)\r\n", 400),
                    ("GET /nothing\(end)\r\n", 404), ("GET /../../etc/passwd\(end)\r\n", 404),
                    ("DELETE /status\(end)\r\n", 405), ("GET /queue/release\(end)\r\n", 405),
                    ("POST /queue/release\(end)Content-Length: 3\r\n\r\n{a}", 400),
                    ("POST /queue/release\(end)Content-Length: \(long.utf8.count)\r\n\r\n\(long)", 413),
                ]
                for (request, status) in requests {
                    let socket = try LocalSocket(stage.folder.path + "/control.sock")
                    socket.send(request)
                    let answer = socket.answer()
                    #expect(
                        answer.hasPrefix("HTTP/1.1 \(status) "),
                        "\(request.prefix(40)): \(answer.prefix(200))")
                }
                #expect(try relay.command(["status"]).status == 0)
            }
        }

        @Test func `clients that never finish a request keep nobody out for long`() throws {
            try Stage.run { stage in
                let relay = try self.relay(on: stage)
                let halfOpen = try (1...200).map { _ in
                    let socket = try LocalSocket(stage.folder.path + "/control.sock")
                    socket.send("GET /status HTTP/1.1\r\nHos")
                    return socket
                }
                try until("they are cut off") { try relay.command(["status"]).status == 0 }
                for socket in halfOpen { #expect(socket.answer().isEmpty) }
            }
        }

        @Test func `readers of a long list who take nothing cost no memory`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let script = try stage.write(
                    "hold.sieve", "require \"vnd.postern.hold\";\nhold \"everything\";\n")
                let relay = try Relay(
                    on: stage,
                    Relay.oneStream(on: stage, to: host)
                        + "\npolicy: {scripts: [\(script.path)], hold: {max: 20000}}")
                let count = Places.number("POSTERN_LISTED", default: 8_000)
                let load = Load("held", to: "b@x.test", count: count)
                try load.run(port: relay.port, connections: 8)
                #expect(try relay.queue().count == count)
                let before = try residentKilobytes(relay)
                let readers = try (1...12).map { _ in
                    let socket = try LocalSocket(stage.folder.path + "/control.sock")
                    socket.send("GET /queue?addresses=true HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    return socket
                }
                // All of them wait once further commands were answered.
                for _ in 1...5 { #expect(try relay.command(["status"]).status == 0) }
                let grown = try residentKilobytes(relay) - before
                let length = readers[0].answer().utf8.count
                print("12 readers of \(length) bytes each: \(grown) KiB more")
                #expect(length > 200 * count)
                #expect(grown * 1024 < 5 * length)
            }
        }

        private func residentKilobytes(_ relay: Relay) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(relay.program?.id ?? 0)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            guard let number = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw StageError("no VmRSS in \(status)")
            }
            return number
        }
    }
}
