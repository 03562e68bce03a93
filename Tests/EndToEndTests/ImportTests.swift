import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// `postern spool import`: mail that other systems kept, each message once.
    @Suite struct Import {
        private func text(_ number: Int) -> String {
            "From: a@office.test\nMessage-ID: <\(number)@kept.test>\nSubject: \(number)\n\nBody \(number).\n"
        }

        private func imported(
            _ relay: Relay, _ path: String, _ words: [String] = []
        ) throws -> Program.Finished {
            try relay.command(
                ["spool", "import", relay.spool.deletingLastPathComponent().path + "/" + path] + words)
        }

        /// What arrived, by the number in its Message-ID.
        private func numbers(_ host: SmartHost) throws -> [Int] {
            try host.messages().compactMap { message in
                message.messageID.flatMap { Int($0.dropFirst().prefix { $0 != "@" }) }
            }.sorted()
        }

        @Test func `a Maildir, an mbox and a folder go in byte for byte, and only once`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                for (folder, number) in [("new", 1), ("cur", 2), ("tmp", 3)] {
                    try stage.write(
                        "Maildir/\(folder)/\(number).x", "Return-Path: <ann@x.test>\n" + text(number))
                }
                try stage.write(
                    "box",
                    "From bob@x.test Sat Nov 21 15:31:00 2026\n\(text(4))\nFrom bob@x.test Sat\n\(text(5))>From x\n\n"
                )
                try stage.write("letters/6.eml", text(6).replacing("\n", with: "\r\n"))
                #expect(try imported(relay, "Maildir").status == 2)
                let unsigned = try imported(relay, "letters", ["--recipient", "b@x.test"])
                #expect(
                    unsigned.status == 1 && unsigned.output.contains("give --sender"), "\(unsigned.output)")
                let words = [
                    "--recipient", "b@x.test", "--recipient", "c@y.test", "--sender", "app@office.test",
                ]
                for (path, count) in [("Maildir", 2), ("box", 2), ("letters", 1)] {
                    let first = try imported(relay, path, words)
                    #expect(first.status == 0 && first.output == "\(count) imported\n", "\(first.output)")
                    let second = try imported(relay, path, words)
                    #expect(
                        second.status == 0 && second.output == "\(count) taken before\n", "\(second.output)")
                }
                let arrived = try host.await(5)
                #expect(try numbers(host) == [1, 2, 4, 5, 6])
                #expect(arrived.allSatisfy { Set($0.recipients ?? []) == ["b@x.test", "c@y.test"] })
                #expect(Set(arrived.compactMap(\.sender)) == ["ann@x.test", "bob@x.test", "app@office.test"])
                for message in arrived {
                    let sent = String(decoding: try host.bytes(of: message), as: UTF8.self)
                    let number = try #require(message.messageID?.dropFirst().first?.wholeNumberValue)
                    let kept = text(number).replacing("\n", with: "\r\n") + (number == 5 ? "From x\r\n" : "")
                    #expect(
                        sent.hasSuffix("\r\n" + (number < 3 ? "Return-Path: <ann@x.test>\r\n" : "") + kept),
                        "\(sent)")
                }
                try stage.write("Maildir/new/7.x", text(7))
                #expect(try imported(relay, "Maildir", words).output == "1 imported, 2 taken before\n")
            }
        }

        @Test func `policy judges it; what is refused stays and is tried again`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let script = try stage.write(
                    "p.sieve", "require \"reject\"; if header \"Subject\" \"2\" { reject \"no twos\"; }")
                let relay = try Relay(
                    on: stage, "policy: {scripts: [\(script.path)]}\n" + Relay.oneStream(on: stage, to: host))
                let envelope =
                    "X-MailRelay-Format: #2821.7\r\nX-MailRelay-From: ann@x.test\r\nX-MailRelay-ToCount: 1\r\n"
                    + "X-MailRelay-To-Remote: b@y.test\r\nX-MailRelay-End: 1\r\n"
                for number in 1...3 {
                    try stage.write("old/emailrelay.\(number).envelope", envelope)
                    try stage.write(
                        "old/emailrelay.\(number).content", text(number).replacing("\n", with: "\r\n"))
                }
                let first = try imported(relay, "old")
                #expect(first.status == 1 && first.output.contains("2.envelope: refused:"), "\(first.output)")
                #expect(first.output.contains("no twos") && first.output.contains("2 imported, 1 refused"))
                #expect(try imported(relay, "old").output.contains("2 taken before, 1 refused"))
                try host.await(2)
                #expect(try numbers(host) == [1, 3])
                #expect(
                    try host.messages().allSatisfy {
                        $0.sender == "ann@x.test" && $0.recipients == ["b@y.test"]
                    })
            }
        }

        @Test func `while the relay is away mail waits in the maildrop; root names its stream`() throws {
            try Stage.run { stage in
                let (office, news) = (try SmartHost(on: stage, "office"), try SmartHost(on: stage, "news"))
                let relay = try Relay(
                    on: stage,
                    """
                    \(Relay.credential(on: stage))
                    streams:
                    \(Relay.stream("office", to: office))
                    \(Relay.stream("news", to: news))
                    default_stream: office
                    """)
                for number in 1...3 { try stage.write("letters/\(number)", text(number)) }
                try stage.write("others/4", text(4))
                let words = ["--sender", "", "--recipient", "b@x.test"]
                let unknown = try imported(relay, "others", words + ["--stream", "newz"])
                #expect(unknown.status == 1 && unknown.output.contains("configured: office, news"))
                #expect(try imported(relay, "others", words + ["--stream", "news"]).status == 0)
                #expect(try news.await(1)[0].sender == "")
                try relay.stop()
                #expect(try imported(relay, "letters", words).output == "3 imported\n")
                #expect(try imported(relay, "letters", words).output == "3 taken before\n")
                try relay.start()
                try office.await(3)
                #expect(try numbers(office) == [1, 2, 3] && numbers(news) == [4])
                #expect(try relay.events().allSatisfy { $0.event != "entry-damaged" })
            }
        }

        @Test func `a full stream stops the import, and it goes on later where it stopped`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try Relay(
                    on: stage, Relay.oneStream(on: stage, to: host, "max_queued: 2\nretry: [1s]"))
                for number in 1...3 { try stage.write("letters/\(number)", text(number)) }
                let words = ["--sender", "", "--recipient", "b@x.test"]
                let first = try imported(relay, "letters", words)
                #expect(first.status == 1 && first.output.contains("3: 452 4.3.1"), "\(first.output)")
                try host.start()
                try host.await(2)
                try relay.await("stream-ok")
                #expect(try imported(relay, "letters", words).output == "1 imported, 2 taken before\n")
                try host.await(3)
                #expect(try numbers(host) == [1, 2, 3])
            }
        }

        @Test func `the queue of a real Postfix goes in with its envelopes`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let shared = try stage.makeFolder("shared")
                for (source, name) in [
                    (URL(filePath: try Places.postern()), "postern"), (relay.configuration, "postern.yaml"),
                    (Places.peers.appending(path: "office-postfix"), "office-postfix"),
                ] {
                    let real = source.resolvingSymlinksInPath()
                    try FileManager.default.copyItem(at: real, to: shared.appending(path: name))
                }
                let ended = try Program.run(
                    [
                        Places.peers.appending(path: "in-root").path, try Places.fetched("postfix").path,
                        shared.path, Places.peers.appending(path: "import-postfix").path, "\(try freePort())",
                    ], within: .seconds(120))
                let outputs = try ["running", "stopped", "again"].map {
                    try String(contentsOf: shared.appending(path: $0), encoding: .utf8)
                }
                #expect(
                    outputs[0].contains("Postfix is running") && outputs[0].hasSuffix("exit 1\n"),
                    "\(ended.output)")
                #expect(outputs[1] == "4 imported\nexit 0\n", "\(outputs[1])")
                #expect(outputs[2] == "4 taken before\nexit 0\n", "\(outputs[2])")
                let arrived = try host.await(4)
                #expect(
                    Set(
                        arrived.map {
                            "\($0.sender ?? "?") \(($0.recipients ?? []).sorted().joined(separator: " "))"
                        })
                        == [
                            "ann@office.test bob@x.test carol@y.test", " bob@x.test",
                            "\"odd name\"@office.test \"b o b\"@x.test", "ann@office.test dan@x.test",
                        ])
                let one = try #require(arrived.first { $0.recipients?.count == 2 })
                let sent = String(decoding: try host.bytes(of: one), as: UTF8.self)
                let body =
                    "*** HEADER EXTRACTED deferred/x ***\r\n.dot\r\n8bit é\r\n"
                    + String(repeating: "x", count: 5000)
                #expect(sent.hasSuffix("\r\n\r\n\(body)\r\n"), "\(sent.suffix(5200))")
            }
        }
    }
}
