import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// `sendmail` and its kin: the daemon running, away, and back.
    @Suite struct LocalMail {
        private let message =
            "To: Ann <ann@x.test>, root\nBcc: secret@y.test\nSubject: hi\n\n.first\n\ttab\r\n..\nlast"
        private let sent =
            "To: Ann <ann@x.test>, root\r\nSubject: hi\r\n\r\n.first\r\n\ttab\r\n..\r\nlast\r\n"

        /// Runs the program under another name, with the text on its standard input.
        private func run(
            _ stage: Stage, _ relay: Relay, _ words: [String], as name: String = "sendmail",
            _ input: String = ""
        ) throws -> Program.Finished {
            let link = stage.folder.appending(path: name)
            if !FileManager.default.fileExists(atPath: link.path) {
                try FileManager.default.createSymbolicLink(
                    at: link, withDestinationURL: URL(filePath: try Places.postern()))
            }
            let file = try stage.write("input", input)
            let script = "input=$1; shift; exec \"$@\" <\"$input\""
            return try Program.run(
                ["sh", "-c", script, "sh", file.path, link.path, "-C", relay.configuration.path] + words)
        }

        private func makeMaildrop(_ relay: Relay) throws -> URL {
            let folder = relay.spool.appending(path: "maildrop")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try #require(chmod(folder.path, 0o3733) == 0)
            return folder
        }

        private func names(_ folder: URL) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        }

        private func left(by words: [String] = ["ann@x.test"], _ lines: String = "Subject: x\r\n") -> String {
            "EHLO localhost\r\nMAIL FROM:<bob@y.test>\r\n"
                + words.map { "RCPT TO:<\($0)>\r\n" }.joined() + "DATA\r\n\(lines).\r\nQUIT\r\n"
        }

        @Test func `a message arrives byte for byte, whether the relay was there or not`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let maildrop = try makeMaildrop(relay)
                let words = ["-t", "-i", "-f", "app@office.test"]
                #expect(try run(stage, relay, words, message).status == 0)
                try host.await(1)
                try relay.stop()
                let kept = try run(stage, relay, words + ["-v"], message)
                #expect(kept.status == 0 && kept.output.contains("kept for the relay"), "\(kept.output)")
                #expect(try names(maildrop).count == 1)
                try relay.start()
                let messages = try host.await(2)
                try until("an empty maildrop") { try names(maildrop).isEmpty }
                for message in messages {
                    #expect(message.sender == "app@office.test")
                    #expect(
                        Set(message.recipients ?? []) == ["ann@x.test", "root@relay.test", "secret@y.test"])
                    let text = String(decoding: try host.bytes(of: message), as: UTF8.self)
                    #expect(text.contains("\r\nFrom: app@office.test\r\n") && !text.contains("Bcc"))
                    #expect(
                        text.hasSuffix(sent.replacing("root\r\n", with: "root@relay.test\r\n")), "\(text)")
                }
                let last = String(decoding: try host.bytes(of: messages[1]), as: UTF8.self)
                #expect(
                    last.hasPrefix("Received: by relay.test with local (uid:\(geteuid()))\r\n"), "\(last)")
            }
        }

        @Test func `what the relay refuses for good is told at once, and nothing of it is sent`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 10 KiB", Relay.oneStream(on: stage, to: host))
                let refused = try run(stage, relay, ["ann@x.test", "nobody@localhost"], "x\n")
                #expect(refused.status == 67 && refused.output.contains("<nobody@localhost>: 550 5.1.1"))
                let long = try run(stage, relay, ["ann@x.test"], String(repeating: "x", count: 11 << 10))
                #expect(long.status == 65, "\(long.output)")
                #expect(try run(stage, relay, [], "x\n").status == 64)
                #expect(try relay.queue().isEmpty)
                try relay.stop()
                let lost = try run(stage, relay, ["ann@x.test"], "x\n")
                #expect(lost.status == 75 && lost.output.contains("maildrop"), "\(lost.output)")
            }
        }

        @Test func `mailq, newaliases and -bs do what their callers expect`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                try relay.submit(to: ["ann@x.test"], "\r\n")
                #expect(try run(stage, relay, [], as: "mailq").output.contains("office"))
                let aliases = try run(stage, relay, [], as: "newaliases")
                #expect(aliases.status == 0 && aliases.output.contains("there are no aliases"), "\(aliases)")
                #expect(try run(stage, relay, ["-q"]).status == 0)
                let spoken = try run(stage, relay, ["-bs"], "EHLO x\r\nNOOP\r\nQUIT\r\n")
                #expect(spoken.status == 0 && spoken.output.contains("221 2.0.0 Bye"), "\(spoken.output)")
                try relay.stop()
                let away = try run(stage, relay, [], as: "mailq")
                #expect(away.status == 0 && away.output.contains("cannot be shown"), "\(away.output)")
                let silent = try run(stage, relay, ["-bs"], "QUIT\r\n")
                #expect(silent.status == 75 && silent.output.hasPrefix("421 "))
            }
        }

        @Test func `a thousand files are collected, each once`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, "connections: 20"))
                let maildrop = try makeMaildrop(relay)
                try relay.stop()
                for number in 0..<1000 {
                    let text = left(by: ["ann@x.test"], "Message-ID: <\(number)@y.test>\r\n\r\n")
                    try Data(text.utf8).write(to: maildrop.appending(path: "\(number).mail"))
                }
                try relay.start()
                let messages = try host.await(1000, within: .seconds(120))
                #expect(Set(messages.map(\.messageID)).count == 1000 && messages.count == 1000)
                try until("an empty maildrop") { try names(maildrop).isEmpty }
            }
        }

        @Test func `what is no mail is set aside, told, and harms nothing`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 10 KiB", Relay.oneStream(on: stage, to: host))
                let maildrop = try makeMaildrop(relay)
                try relay.stop()
                let whole = left()
                let files = [
                    "1.mail": String(whole.dropLast(6)), "2.mail": String(whole.dropLast(20)),
                    "3.mail": whole + "x", "4.mail": whole.replacing("\r\n", with: "\n"),
                    "5.mail": left(by: ["ann@x.test"], "a\nb\r\n"), "6.mail": "", "7.mail": whole + whole,
                    "linked.mail": whole,
                    "A.mail": whole,
                ]
                for (name, text) in files { try Data(text.utf8).write(to: maildrop.appending(path: name)) }
                let path = maildrop.path
                try #require(link("\(path)/linked.mail", "\(path)/other.mail") == 0)
                try #require(symlink("/etc/passwd", "\(path)/8.mail") == 0)
                try #require(mkfifo("\(path)/9.mail", 0o666) == 0)
                try Data(left(by: ["carol@x.test"]).utf8).write(to: maildrop.appending(path: "z.mail"))
                try relay.start()
                #expect(try host.await(1).map(\.recipients) == [["carol@x.test"]])
                try until("an empty maildrop") { try names(maildrop).isEmpty }
                let damaged = try names(relay.spool.appending(path: "damaged"))
                #expect(Set(damaged) == Set(files.keys).union(["other.mail", "8.mail", "9.mail"]))
                #expect(try relay.events().filter { $0.event == "entry-damaged" }.count == damaged.count)
                #expect(try relay.queue().isEmpty)
            }
        }

        @Test func `who was refused while nobody could hear it is told by a report`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let script = try stage.write(
                    "p.sieve", "require \"reject\"; if header \"Subject\" \"cards\" { reject \"no cards\"; }")
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 10 KiB",
                    "policy: {scripts: [\(script.path)]}\n" + Relay.oneStream(on: stage, to: host))
                let maildrop = try makeMaildrop(relay)
                try relay.stop()
                let long = String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 150)
                let files = [
                    "1.mail": left(by: ["ann@x.test"], "Subject: cards\r\n"),
                    "2.mail": left(by: ["ann@x.test"], long),
                    "3.mail": left(by: ["nobody@localhost", "ann@x.test"]),
                    "4.mail": left(by: ["nobody@localhost"]),
                ]
                for (name, text) in files { try Data(text.utf8).write(to: maildrop.appending(path: name)) }
                try relay.start()
                let messages = try host.await(5)
                #expect(messages.filter { $0.recipients == ["bob@y.test"] && $0.sender == "" }.count == 4)
                #expect(messages.filter { $0.recipients == ["ann@x.test"] }.count == 1)
                let reports = try messages.filter { $0.sender == "" }.map {
                    String(decoding: try host.bytes(of: $0), as: UTF8.self)
                }
                for reason in ["no cards", "5.3.4", "5.1.1"] {
                    #expect(reports.contains { $0.contains(reason) }, "\(reason)")
                }
                #expect(try names(maildrop).isEmpty && names(relay.spool.appending(path: "damaged")).isEmpty)
            }
        }
    }
}
