import Foundation
import Testing

extension EndToEnd {
    /// What scripts want done beside sending and holding, and what they know of earlier mail.
    @Suite struct PolicyEffects {
        private static let message =
            "From: a@office.test\r\nSubject: effects\r\nMessage-ID: <1@x>\r\n\r\nBody.\r\n"

        private func relay(
            on stage: Stage, _ host: SmartHost, _ script: String, _ keys: String = ""
        ) throws -> Relay {
            let file = try stage.write("policy.sieve", script + "\n")
            return try Relay(
                on: stage,
                Relay.oneStream(on: stage, to: host, "retry: [1s]")
                    + "\npolicy: {scripts: [\(file.path)]\(keys)}")
        }

        @Test func `a large message is judged by its body, whose last bytes count`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    #"require ["body", "vnd.postern.detect", "vnd.postern.hold"]; if detect "card-number" { hold "card"; }"#
                )
                let filler = String(repeating: "0123456789 abcdefghijklmnopqrstuvwxyz\r\n", count: 20_000)
                try relay.submit(to: ["b@x.test"], Self.message + filler)
                try relay.submit(to: ["c@x.test"], Self.message + filler + "4111 1111 1111 1111\r\n")
                #expect(try host.await(1).map { $0.recipients } == [["b@x.test"]])
                #expect(try relay.queue().map { $0["reason"] } == ["card"])
            }
        }

        @Test func `duplicates and limits are known over a restart, and after a kill`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["duplicate", "vnd.postern.limit", "reject"];
                    if duplicate { reject "seen before"; }
                    if overlimit "all" 2 3600 { reject "too many"; }
                    """)
                func answer(_ number: Int) throws -> String {
                    let text = Self.message.replacingOccurrences(of: "<1@x>", with: "<\(number)@x>")
                    return "\(try relay.client().submit(from: "a@office.test", to: ["b@x.test"], text))"
                }
                #expect(try answer(1).hasPrefix("250"))
                #expect(try answer(1).contains("seen before"))
                let memory = stage.folder.appending(path: "state/policy-memory").path
                try until("it is written") {
                    try String(contentsOfFile: memory, encoding: .utf8).contains("seen")
                }
                relay.kill()
                try relay.start()
                #expect(try answer(1).contains("seen before"))
                #expect(try answer(2).hasPrefix("250"))
                #expect(try relay.stop() == 0)
                try relay.start()
                #expect(try answer(3).contains("too many"))
            }
        }

        @Test func `a copy lies in the folder before the client hears 250, and a notice goes out`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let archive = stage.folder.appending(path: "archive")
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["fileinto", "copy", "enotify", "editheader"];
                    addheader "X-Kept" "yes";
                    fileinto :copy "archive";
                    notify :message "Grüße" "mailto:boss@office.test";
                    """, ", folders: {archive: \(archive.path)}")
                let id = try relay.submit(to: ["b@x.test", "c@x.test"], Self.message)
                let files = try FileManager.default.contentsOfDirectory(atPath: archive.path + "/new")
                #expect(files.count == 1 && files[0].contains(id))
                let stored = try bytes(of: archive.appending(path: "new/\(files[0])"))
                #expect(
                    String(decoding: stored, as: UTF8.self)
                        == "Return-Path: <sender@office.test>\r\nX-Kept: yes\r\n" + Self.message)
                let messages = try host.await(2)
                let notice = try #require(messages.first { $0.recipients == ["boss@office.test"] })
                #expect(notice.sender == "")
                let text = String(decoding: try host.bytes(of: notice), as: UTF8.self)
                #expect(text.contains("Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"), "\(text)")
                #expect(text.contains("Auto-Submitted: auto-notified\r\n"))
                try relay.await("created") { $0["parent"] == id }
            }
        }

        @Test func `a script refuses a recipient at RCPT, and the others' mail goes`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let file = try stage.write(
                    "rcpt.sieve",
                    #"require ["envelope", "reject"]; if envelope :domain "to" "no.test" { reject "not there"; }"#
                        + "\n")
                let relay = try self.relay(on: stage, host, "keep;", ", recipient_scripts: [\(file.path)]")
                let client = try relay.client()
                #expect(try client.say("MAIL FROM:<a@office.test>").code == 250)
                #expect("\(try client.say("RCPT TO:<b@no.test>"))".hasPrefix("550 5.7.1 not there"))
                #expect(try client.say("RCPT TO:<b@x.test>").code == 250)
                #expect(try client.say("DATA").code == 354)
                try client.send(Self.message + ".\r\n")
                #expect(try client.answer().code == 250)
                #expect(try host.await(1).map { $0.recipients } == [["b@x.test"]])
                let stats = try relay.command(["policy", "stats", "--json"])
                #expect(stats.output.contains(#""name":"envelope","count":1,"held":0"#), "\(stats.output)")
            }
        }

        @Test func `a hold is over when its script says so, also after a restart`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host, #"require "vnd.postern.hold"; hold :for "2s" "a moment";"#,
                    ", hold: {on_expire: release, digest: 1s, notify: null}")
                try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("held")
                relay.kill()
                try relay.start()
                #expect(try host.await(1).map { $0.recipients } == [["b@x.test"]])
                try relay.await("released") { $0["operator"] == "policy.hold.expire" }
            }
        }

        @Test func `who hold names hears that something waits, and not what`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    #"require "vnd.postern.hold"; hold :notify "boss@office.test" "look at it";"#)
                try relay.submit(to: ["b@x.test"], Self.message)
                let notice = try host.await(1)[0]
                #expect(notice.recipients == ["boss@office.test"])
                let text = String(decoding: try host.bytes(of: notice), as: UTF8.self)
                #expect(text.contains("Subject: Mail waits for a decision: look at it\r\n"), "\(text)")
                #expect(!text.contains("Body.") && !text.contains("effects"), "\(text)")
            }
        }

        @Test func `policy explain --against tells which saved messages fare otherwise`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(on: stage, host, "keep;")
                let header = "From: a@office.test\nTo: b@x.test\nSubject: "
                try stage.write("samples/1.eml", header + "plain\n\nBody.\n")
                try stage.write("samples/2.eml", header + "secret\n\nBody.\n")
                let new = try stage.write(
                    "new.sieve",
                    #"require "reject"; if header :is "subject" "secret" { reject "no"; }"# + "\n")
                let samples = stage.folder.appending(path: "samples").path
                let told = try relay.command(
                    ["policy", "explain", "--against", samples, "--script", new.path])
                #expect(told.status == 1)
                #expect(
                    told.output == """
                        2.eml
                          - <b@x.test> by office
                          + refused: 550 5.7.1 no
                        2 messages, 1 different

                        """)
                let same = try relay.command(
                    [
                        "policy", "explain", "--against", samples, "--script",
                        stage.folder.appending(path: "policy.sieve").path,
                    ])
                #expect(same.status == 0 && same.output == "2 messages, 0 different\n", "\(same.output)")
            }
        }

        @Test func `on_release: judge asks the scripts of today`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["environment", "vnd.postern.hold"];
                    if not environment "vnd.postern.released" "yes" { hold "look"; }
                    """, ", on_release: judge")
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("held")
                #expect(try relay.command(["queue", "release", id]).status == 0)
                #expect(try host.await(1).map { $0.recipients } == [["b@x.test"]])
            }
        }
    }
}
