import Foundation
import Testing

extension EndToEnd {
    /// The operator's commands, by their exit codes and what they do to mail.
    @Suite struct Commands {
        @Test func `without a daemon a command exits 69, with a wrong word 2`() throws {
            try Stage.run { stage in
                let socket = stage.folder.appending(path: "nobody.sock").path
                let postern = try Places.postern()
                let cases: [([String], Int32)] = [
                    (["queue", "list", "--socket", socket], 69), (["status", "--socket", socket], 69),
                    (["queue", "release", "--socket", socket], 2), (["queue", "list", "--no-such-flag"], 2),
                    (["nonsense"], 2), (["version"], 0), (["--help"], 0), (["queue", "--help"], 0),
                ]
                for (words, status) in cases {
                    let ended = try Program.run([postern] + words)
                    #expect(ended.status == status, "\(words): \(ended.output)")
                }
            }
        }

        @Test func `waiting mail is listed, shown, retried and deleted`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, "retry: [1h]"))
                let ids = try ["one", "two"].map {
                    try relay.submit(to: ["\($0)@x.test"], "Subject: \($0)\r\n\r\n")
                }
                for id in ids { try relay.await("deferred") { $0.id == id } }

                let queue = try relay.queue()
                #expect(Set(queue.map { $0["stream"] }) == ["office"])
                #expect(queue.map { $0["attempts"] } == ["1", "1"])
                let shown = try relay.command(["queue", "show", ids[0]])
                #expect(shown.status == 0 && shown.output.contains("one@x.test"), "\(shown.output)")
                let status = try relay.command(["status"])
                #expect(status.status == 0 && status.output.contains("office"), "\(status.output)")
                #expect(try relay.command(["queue", "show", "0000000000000"]).status == 1)

                #expect(try relay.command(["queue", "delete", ids[1]]).status == 0)
                try relay.await("deleted") { $0.id == ids[1] }
                try host.start()
                #expect(try relay.command(["queue", "retry", ids[0]]).status == 0)
                #expect(try host.await(1).map { $0.recipients } == [["one@x.test"]])
                try until("an empty queue") { try relay.queue().isEmpty }
            }
        }

        @Test func `the demo tells its stories and ends with 0`() throws {
            let demo = try Program.run([try Places.postern(), "demo"])
            #expect(demo.status == 0, "\(demo.output)")
        }
    }
}
