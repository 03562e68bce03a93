import Foundation
import Testing

extension EndToEnd {
    /// Scripts at work in the daemon.
    @Suite struct Policy {
        private static let message = "From: a@office.test\r\nSubject: policy\r\n\r\nBody.\r\n"

        @Test func `a refusal by script reaches the client, and nothing is stored`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    #"require ["envelope", "reject"]; if envelope :domain "to" "no.test" { reject "not there"; }"#
                )
                let client = try relay.client()
                let refused = try client.submit(
                    from: "a@office.test", to: ["b@x.test", "c@no.test"], Self.message)
                #expect("\(refused)".hasPrefix("550 5.7.1"))
                #expect(
                    "\(refused)".contains("not there") && "\(refused)".contains("c@no.test"), "\(refused)")
                try relay.await("refused")
                #expect(try relay.spoolFiles().isEmpty)
                #expect(try client.submit(from: "a@office.test", to: ["b@x.test"], Self.message).code == 250)
                #expect(try host.await(1).map { $0.recipients } == [["b@x.test"]])
            }
        }

        @Test func `redirect replaces a recipient, redirect with copy adds one, within one ID`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["envelope", "copy"];
                    if envelope :localpart "to" "moved" { redirect "new@x.test"; }
                    if envelope :localpart "to" "watched" { redirect :copy "archive@x.test"; }
                    """)
                let id = try relay.submit(to: ["moved@x.test", "watched@x.test"], Self.message)
                let wanted: Set = ["new@x.test", "watched@x.test", "archive@x.test"]
                try until("three recipients") {
                    try Set(host.messages().flatMap { $0.recipients ?? [] }) == wanted
                }
                #expect(try host.messages().allSatisfy { $0.sender == "sender@office.test" })
                for recipient in wanted {
                    try relay.await("delivered") { $0.id == id && $0["recipient"] == recipient }
                }
                #expect(try relay.events().filter { $0.event == "accepted" }.count == 1)
            }
        }

        @Test func `header edits go out and leave the stored bytes alone`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try self.relay(
                    on: stage, host,
                    #"require "editheader"; deleteheader "Subject"; addheader "X-Judged" "yes";"#)
                try relay.submit(to: ["b@x.test"], Self.message)
                let file = try #require(relay.spoolFiles().first)
                #expect(try bytes(of: file).starts(with: Self.message.utf8))
                try host.start()
                let text = String(decoding: try host.bytes(of: host.await(1)[0]), as: UTF8.self)
                #expect(text.contains("X-Judged: yes\r\n") && !text.contains("Subject:"), "\(text)")
                #expect(text.hasSuffix("\r\n\r\nBody.\r\n"))
            }
        }

        @Test func `a full hold is answered 451, and nothing is lost of what is held`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host, #"require "vnd.postern.hold"; hold "all of it";"#, ", hold: {max: 3}")
                for _ in 1...3 { try relay.submit(to: ["b@x.test"], Self.message) }
                let answer = try relay.client().submit(from: "a@office.test", to: ["b@x.test"], Self.message)
                #expect("\(answer)".hasPrefix("451"), "\(answer)")
                #expect(try relay.queue().map { $0["state"] } == ["held", "held", "held"])
            }
        }

        @Test func `a comment names a rule, and an included script has its own file`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let included = try stage.write(
                    "common.sieve",
                    """
                    require "vnd.postern.hold";
                    # rule: review
                    if header :is "subject" "policy" { hold "look at it"; }

                    """)
                let relay = try self.relay(on: stage, host, #"require "include"; include "common";"#)
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                let held = try relay.await("held") { $0.id == id }
                #expect(held["rule"] == "common.sieve:3" && held["rule_name"] == "review")
                #expect(try relay.queue().map { $0["reason"] } == ["look at it"])
                let stats = try relay.command(["policy", "stats"])
                #expect(
                    stats.output.contains("\(included.path)\n")
                        && stats.output.contains("3:4        header (review) "), "\(stats.output)")
                let file = try stage.write("mail.eml", Self.message)
                let told = try relay.command(
                    ["explain", file.path, "--sender", "a@office.test", "--recipient", "b@x.test"])
                for line in [
                    "rule        review",
                    "    3 true  header :is \"subject\" \"policy\" { hold \"look at it\"; }",
                    "Held        look at it, by common.sieve:3 (review)",
                ] { #expect(told.output.contains("\(line)\n"), "\(line) in\n\(told.output)") }
                #expect(told.output.contains("\nin          /"))
                try stage.write("common.sieve", "\nkep;\n")
                #expect(try relay.reload().output.contains("\(included.path):2:1: error: unknown command"))
            }
        }

        @Test func `held mail is judged again by the script of today`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(on: stage, host, #"require "vnd.postern.hold"; hold "all of it";"#)
                let domains = ["goes", "stays", "back", "drop"]
                let ids = try domains.map { try relay.submit(to: ["b@\($0).test"], Self.message) }
                for id in ids { try relay.await("held") { $0.id == id } }
                try stage.write(
                    "policy.sieve",
                    """
                    require ["envelope", "reject", "vnd.postern.hold"];
                    if envelope :domain "to" "stays.test" { hold "ask Anna"; }
                    if envelope :domain "to" "back.test" { reject "not this"; }
                    if envelope :domain "to" "drop.test" { discard; }

                    """)
                #expect(try relay.reload().status == 0)
                #expect(try relay.command(["queue", "release", "--judge", "--as-is", ids[0]]).status == 2)
                let judged = try relay.command(["queue", "release", "--judge"] + ids)
                #expect(judged.status == 0, "\(judged.output)")
                #expect(
                    judged.output == """
                        released \(ids[0])/1
                        held \(ids[1])/1: ask Anna (policy.sieve:2)
                        bounced \(ids[2])/1: not this
                        discarded \(ids[3])/1: policy.sieve:4

                        """)
                for (event, id) in zip(["released", "held", "failed", "discarded"], ids) {
                    try relay.await(event) { $0.id == id && !$0["operator"].isEmpty }
                }
                let recipients = try host.await(2).flatMap { $0.recipients ?? [] }
                #expect(Set(recipients) == ["b@goes.test", "sender@office.test"])
                #expect(try relay.queue().map { $0["reason"] } == ["ask Anna"])
                // A script that fails at it is no reason to hold it by, and to try again by itself.
                try stage.write("policy.sieve", #"require "reject"; keep; reject "no";"# + "\n")
                #expect(try relay.reload().status == 0)
                let failed = try relay.command(["queue", "release", "--judge", ids[1]])
                #expect(
                    failed.status == 1 && failed.output.contains("stays held: policy.sieve:1"), "\(failed)")
                #expect(try relay.queue().map { $0["reason"] } == ["ask Anna"])
            }
        }

        @Test func `what the script of today wants otherwise goes on under a new ID`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(on: stage, host, #"require "vnd.postern.hold"; hold "all of it";"#)
                let old = try relay.submit(to: ["a@one.test", "b@two.test"], Self.message)
                try relay.await("held") { $0.id == old }
                try stage.write(
                    "policy.sieve",
                    """
                    require ["copy", "editheader", "envelope"];
                    if envelope :domain "to" "one.test" { addheader "X-Judged" "today"; }
                    else { redirect :copy "c@three.test"; }

                    """)
                #expect(try relay.reload().status == 0)
                let judged = try relay.command(["queue", "release", "--judge", old])
                let created = try relay.await("created") { $0["parent"] == old }
                #expect(judged.status == 0 && judged.output == "released \(old)/1: as \(created.id)\n")
                try relay.await("released") { $0.id == old && !$0["operator"].isEmpty }
                let received = try host.await(3)
                #expect(
                    Set(received.flatMap { $0.recipients ?? [] }) == [
                        "a@one.test", "b@two.test", "c@three.test",
                    ])
                for message in received {
                    let text = String(decoding: try host.bytes(of: message), as: UTF8.self)
                    #expect(text.contains("X-Judged: today\r\n") == (message.recipients == ["a@one.test"]))
                }
                #expect(try relay.queue().isEmpty)
            }
        }

        private func relay(on stage: Stage, _ host: SmartHost, _ script: String, _ more: String = "") throws
            -> Relay
        {
            let file = try stage.write("policy.sieve", script + "\n")
            return try Relay(
                on: stage,
                Relay.oneStream(on: stage, to: host, "retry: [1s]")
                    + "\npolicy: {scripts: [\(file.path)]\(more)}")
        }
    }
}
