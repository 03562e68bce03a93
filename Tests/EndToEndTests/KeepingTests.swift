import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Mail that waits for somebody, or for too long: full streams, holds, what failed.
    @Suite struct Keeping {
        private static let message =
            "From: a@office.test\r\nMessage-ID: <1@office.test>\r\nSubject: kept secret\r\n\r\nBody.\r\n"

        @Test func `a stuck campaign fills its own stream, and a password reset still comes through`() throws
        {
            try Stage.run { stage in
                let stuck = try SmartHost(on: stage, "stuck", ["--reply", "mail=451 4.3.2 not now"])
                let quick = try SmartHost(on: stage, "quick")
                let relay = try Relay(
                    on: stage,
                    """
                    \(Relay.credential(on: stage))
                    streams:
                    \(Relay.stream("campaign", to: stuck, "max_queued: 5"))
                    \(Relay.stream("reset", to: quick))
                    routes: [{recipient: "*@many.test", stream: campaign}]
                    default_stream: reset
                    """)
                let client = try relay.client()
                for _ in 0..<5 {
                    #expect(
                        try client.submit(from: "a@office.test", to: ["b@many.test"], Self.message).code
                            == 250)
                }
                let full = try client.submit(from: "a@office.test", to: ["b@many.test"], Self.message)
                #expect(full.code == 452 && full.lines[0].hasPrefix("452 4.3.1 "), "\(full)")
                try client.say("RSET")
                try client.say("MAIL FROM:<a@office.test>")
                #expect(try client.say("RCPT TO:<b@many.test>").code == 452)
                #expect(try client.say("RCPT TO:<c@x.test>").code == 250)
                #expect(try client.say("DATA").code == 354)
                try client.send(Array(Self.message.utf8).dotStuffed)
                #expect(try client.answer().code == 250)
                #expect(try quick.await(1)[0].recipients == ["c@x.test"])
                try relay.await("stream-full") { $0["stream"] == "campaign" }
                #expect(
                    try relay.command(["status"]).output.contains("full: new mail is answered 452, 2 times"))
                #expect(try relay.command(["queue", "delete", "--stream", "campaign", "--yes"]).status == 0)
                try relay.await("stream-ok")
                #expect(
                    try client.submit(from: "a@office.test", to: ["b@many.test"], Self.message).code == 250)
            }
        }

        @Test func `where the outcome is unknown the mail is held, and goes when somebody says so`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--cut", "dot", "--times", "1"])
                let relay = try Relay(
                    on: stage, Relay.oneStream(on: stage, to: host, "retry: [1s]\non_uncertain: hold"))
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("uncertain") { $0.id == id }
                try relay.await("held") { $0.id == id && $0["reason"] == "outcome-unknown" }
                relay.kill()
                try relay.start()
                try until("the queue was looked through") {
                    try relay.queue().map { $0["state"] } == ["held"]
                }
                #expect(try host.messages().count == 1)
                #expect(try relay.command(["queue", "release", id]).status == 0)
                try relay.await("delivered") { $0.id == id }
                #expect(try host.messages().count == 2)
            }
        }

        @Test func `held mail is told of by a digest, and ends in time, also after a restart`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let script = try stage.write(
                    "p.sieve", "require \"vnd.postern.hold\"; hold \"look at it\";")
                let relay = try Relay(
                    on: stage,
                    """
                    policy:
                      scripts: [\(script.path)]
                      hold: {notify: review@office.test, digest: 1s, expire: 6s}
                    \(Relay.oneStream(on: stage, to: host))
                    """)
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                let digest = try host.await(1)[0]
                #expect(digest.recipients == ["review@office.test"])
                // Told when it is noted that there was one; a kill before the delivery is noted would have it sent again.
                let created = try relay.await("created")
                try relay.await("delivered") { $0.id == created.id }
                let text = String(decoding: try host.bytes(of: digest), as: UTF8.self)
                #expect(
                    text.contains("\(id)/1") && text.contains("look at it") && !text.contains("kept secret"))
                relay.kill()
                try relay.start()
                try relay.await("failed") { $0.id == id }
                let report = try host.await(2)[1]
                #expect(report.recipients == ["sender@office.test"])
                #expect(try relay.queue().isEmpty && host.messages().count == 2)
            }
        }

        @Test func `what failed is kept for another try, through a kill, and not for ever`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--refuse", "gone=550 5.1.1 no such user"])
                let settings = Relay.oneStream(on: stage, to: host)
                let relay = try Relay(on: stage, settings, keepFailed: "20s")
                let id = try relay.submit(from: "", to: ["b@x.test", "gone@x.test"], Self.message)
                try relay.await("failed") { $0.id == id }
                let failed = relay.spool.appending(path: "failed/\(id)").path
                try until("it lies in failed/") { FileManager.default.fileExists(atPath: failed) }
                #expect(try relay.queue().isEmpty)
                relay.kill()
                try relay.start()
                var listed = ""
                try until("it is listed") {
                    listed = try relay.command(["queue", "list", "--state", "failed", "--addresses"]).output
                    return listed.contains(id)
                }
                #expect(listed.contains("gone@x.test") && !listed.contains("b@x.test"), "\(listed)")
                try host.start()
                #expect(try relay.command(["queue", "retry", id]).status == 0)
                try relay.await("delivered") { $0.id == id && $0["recipient"] == "gone@x.test" }
                try until("the file is gone") { try relay.spoolFiles().isEmpty }
                #expect(try host.messages().map(\.recipients).last == ["gone@x.test"])
                try host.start(["--refuse", "gone=550 5.1.1 no such user"])
                let second = try relay.submit(from: "", to: ["gone@x.test"], Self.message)
                try relay.await("failed") { $0.id == second }
                let kept = relay.spool.appending(path: "failed/\(second)").path
                try until("it is kept") { FileManager.default.fileExists(atPath: kept) }
                try until("its time is over") { !FileManager.default.fileExists(atPath: kept) }
                #expect(try relay.command(["queue", "show", second]).status == 1)
            }
        }
    }
}
