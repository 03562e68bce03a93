import Foundation
import Testing

extension EndToEnd {
    /// What operators do to waiting mail, and what becomes of it.
    @Suite struct Operator {
        private static let message = "From: a@office.test\r\nSubject: waiting\r\n\r\nBody.\r\n"

        /// A relay with two streams, of which `slow` gets nothing through; `text` stands in front of the default stream.
        private func relay(on stage: Stage, slow: SmartHost, quick: SmartHost) throws -> Relay {
            try Relay(
                on: stage,
                """
                \(Relay.credential(on: stage))
                streams:
                \(Relay.stream("slow", to: slow, "retry: [1h]"))
                \(Relay.stream("quick", to: quick))
                default_stream: slow
                reports: {stream: quick}
                """)
        }

        private func withRelay(_ body: (Relay, SmartHost, SmartHost) throws -> Void) throws {
            try Stage.run { stage in
                let slow = try SmartHost(on: stage, "slow", ["--reply", "mail=451 4.3.2 not now"])
                let quick = try SmartHost(on: stage, "quick")
                try body(try relay(on: stage, slow: slow, quick: quick), slow, quick)
            }
        }

        @Test func `a bounce ends the mail, and its report arrives`() throws {
            try withRelay { relay, slow, quick in
                let id = try relay.submit(to: ["b@x.test", "c@x.test"], Self.message)
                try relay.await("deferred") { $0.id == id }
                let silent = try relay.submit(from: "", to: ["b@x.test"], Self.message)
                try relay.await("deferred") { $0.id == silent }

                let bounced = try relay.command([
                    "queue", "bounce", "--recipient", "B@X.*", "--text", "box closed",
                ])
                #expect(bounced.status == 0, "\(bounced.output)")
                let told = try relay.await("failed") { $0.id == id && $0["recipient"] == "c@x.test" }
                let reason = "bounced by " + told["operator"] + ": box closed"
                #expect(told["reason"] == reason)
                let report = try quick.await(1)
                #expect(report.map(\.recipients) == [["sender@office.test"]])
                let text = String(decoding: try quick.bytes(of: report[0]), as: UTF8.self)
                #expect(text.contains("box closed") && text.contains("c@x.test"), "\(text)")
                try until("an empty queue") { try relay.queue().isEmpty }
                #expect(try relay.events().filter { $0.event == "created" }.count == 1)
                #expect(try slow.messages().isEmpty)
                let shown = try relay.command(["queue", "show", id])
                #expect(shown.status == 1)
                #expect(shown.output.contains("journalctl POSTERN_ID=" + id))
            }
        }

        @Test func `a reroute goes out by the other smart host`() throws {
            try withRelay { relay, slow, quick in
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("deferred") { $0.id == id }
                let unknown = try relay.command(["queue", "reroute", "--into", "nowhere", id])
                #expect(
                    unknown.status == 1 && unknown.output.contains("configured: slow, quick"),
                    "\(unknown.output)")
                let rerouted = try relay.command(["queue", "reroute", "--into", "quick", "--stream", "slow"])
                #expect(rerouted.status == 0, "\(rerouted.output)")
                #expect(try quick.await(1)[0].recipients == ["b@x.test"])
                let told = try relay.await("rerouted") { $0.id == id }
                #expect(told["old_stream"] == "slow" && told["stream"] == "quick", "\(told.line)")
                #expect(try slow.messages().isEmpty)
            }
        }

        @Test func `mail of a stream that is gone finds another by a reroute`() throws {
            try withRelay { relay, _, quick in
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("deferred") { $0.id == id }
                #expect(try relay.stop() == 0)
                let text = try String(contentsOf: relay.configuration, encoding: .utf8)
                let start = try #require(text.range(of: "  slow:"))
                let end = try #require(text.range(of: "  quick:"))
                let changed = String(text[..<start.lowerBound] + text[end.lowerBound...])
                    .replacing("default_stream: slow", with: "default_stream: quick")
                try Data(changed.utf8).write(to: relay.configuration)
                try relay.start()
                try relay.await("held") { $0.id == id && $0["reason"] == "stream-removed" }
                let listed = try relay.command(["stream", "list"]).output
                #expect(listed.contains("no longer configured"), "\(listed)")
                #expect(try relay.command(["queue", "reroute", "--into", "quick", "--all"]).status == 0)
                #expect(try quick.await(1)[0].recipients == ["b@x.test"])
            }
        }

        @Test func `hold and release by what mail is like`() throws {
            try withRelay { relay, slow, quick in
                let ids = try ["one@x.test", "two@y.test"].map { recipient in
                    try relay.submit(
                        from: "\(recipient.prefix(3))@office.test", to: [recipient], Self.message)
                }
                for id in ids { try relay.await("deferred") { $0.id == id } }
                let held = try relay.command(["queue", "hold", "--sender", "TWO@*", "--reason", "ask first"])
                #expect(held.status == 0 && held.output.contains("held \(ids[1])/1"), "\(held.output)")
                let told = try relay.await("held")
                #expect(!told["operator"].isEmpty)
                #expect(try relay.queue().map { $0["state"] } == ["retrying", "held"])
                #expect(try relay.queue()[1]["reason"]?.hasSuffix(": ask first") == true)

                let listed = try relay.command(["queue", "list", "--json", "--state", "held"])
                #expect(listed.output.contains(ids[1]) && !listed.output.contains(ids[0]))
                #expect(
                    try relay.command(["queue", "list", "--older", "1h"]).output == "Nothing is queued.\n")
                #expect(try relay.command(["queue", "release", ids[0]]).status == 1)
                #expect(try relay.command(["queue", "retry"]).status == 2)
                #expect(try relay.command(["queue", "list", ids[0], "--all"]).status == 2)
                #expect(try relay.command(["queue", "delete", "--stream", "slow"]).status == 2)

                try slow.start()
                #expect(try relay.command(["queue", "release", "--all"]).output == "released \(ids[1])/1\n")
                #expect(try slow.await(1)[0].recipients == ["two@y.test"])
                let deleted = try relay.command(["queue", "delete", "--recipient", "*@x.test", "--yes"])
                #expect(deleted.output == "deleted \(ids[0])/1\n")
                try until("an empty queue") { try relay.queue().isEmpty }
            }
        }

        @Test func `mail that is being sent is left alone, and that is said`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--silent", "dot", "--commands"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try host.await(1)
                for action in [["hold"], ["bounce"], ["delete"], ["reroute", "--into", "office"]] {
                    let answer = try relay.command(["queue"] + action + [id])
                    #expect(answer.status == 1, "\(action): \(answer.output)")
                    guard action != ["reroute", "--into", "office"] else { continue }
                    #expect(answer.output.contains("try again"), "\(answer.output)")
                }
                #expect(try relay.events().allSatisfy { !["held", "failed", "deleted"].contains($0.event) })
            }
        }

        @Test func `a pause survives a kill, and ends by a word`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                #expect(try relay.command(["stream", "pause", "office"]).status == 2)
                #expect(try relay.command(["stream", "pause", "other", "--reason", "x"]).status == 1)
                let paused = try relay.command(["stream", "pause", "office", "--reason", "wrong link"])
                #expect(paused.status == 0 && paused.output == "paused office\n", "\(paused.output)")
                try relay.await("stream-paused") { $0["reason"] == "wrong link" }
                try relay.submit(to: ["b@x.test"], Self.message)
                relay.kill()
                try relay.start()
                for command in [["status"], ["stream", "list"]] {
                    let shown = try relay.command(command).output
                    #expect(shown.contains("paused by ") && shown.contains("wrong link"), "\(shown)")
                }
                #expect(try host.messages().isEmpty)
                #expect(try relay.queue().map { $0["attempts"] } == ["0"])
                #expect(try relay.command(["stream", "resume", "office"]).output == "resumed office\n")
                try host.await(1)
                #expect(try relay.command(["stream", "resume", "office"]).status == 1)
            }
        }

        @Test func `a pause for a time ends by itself, also after a restart`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let paused = try relay.command(["stream", "pause", "office", "--reason", "x", "--for", "4s"])
                #expect(paused.output.hasPrefix("paused office until "), "\(paused.output)")
                try relay.submit(to: ["b@x.test"], Self.message)
                relay.kill()
                try relay.start()
                let resumed = try relay.await("stream-resumed")
                #expect(resumed["reason"] == "time is up")
                try host.await(1)
            }
        }
    }
}
