import Foundation
import Testing

extension EndToEnd {
    /// `postern explain` says beforehand what then happens.
    @Suite struct Explains {
        private struct Told: Decodable {
            struct Transaction: Decodable {
                let sender: String
                let recipients: [String]
            }
            struct Share: Decodable {
                let stream: String
                let transactions: [Transaction]
                let addedHeaders: [String]
                let removedHeaders: [String]
            }
            let accepted: Bool
            let reply: String
            let maxRecipients: Int
            let held: Int?
            let hasRoom: Bool?
            let shares: [Share]
        }

        private static let script = """
            require ["envelope", "reject", "editheader", "redirect-dsn", "vnd.postern.stream",
                     "vnd.postern.hold"];
            if header :contains "subject" "secret" { reject "stays here"; }
            if envelope :domain "to" "partner.test" { addheader "X-Partner" "yes"; stream "partners"; }
            if envelope :localpart "to" "held" { hold "look at it"; }
            if envelope :localpart "to" "old" { redirect :notify "FAILURE,DELAY" :ret "HDRS" "new@x.test"; }
            """

        private static let message = "From: root\r\nTo: root\r\nSubject: hello\r\nX-Secret: 1\r\n\r\ntext\r\n"

        private func settings(_ stage: Stage, _ host: SmartHost) throws -> String {
            let script = try stage.write("outbound.sieve", Self.script)
            let aliases = try stage.write("aliases", "root: ann@people.test, bob@partner.test\n")
            return """
                origin: office.test
                aliases: \(aliases.path)
                policy: {scripts: [\(script.path)]}
                \(Relay.credential(on: stage))
                streams:
                \(Relay.stream("office", to: host, "headers: {remove: [X-Secret]}"))
                \(Relay.stream("partners", to: host, "return_path: \"bounce+{token}@mail.office.test\""))
                default_stream: office
                """
        }

        @Test func `what is told is what then arrives`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, try settings(stage, host))
                let file = try stage.write("cron.eml", Self.message.replacing("\r\n", with: "\n"))
                let ended = try relay.command(
                    ["explain", file.path, "--sender", "root", "--recipient", "root", "--json"])
                #expect(ended.status == 0, "\(ended.output)")
                let decoder = JSONDecoder()
                decoder.keyDecodingStrategy = .convertFromSnakeCase
                let told = try decoder.decode(Told.self, from: Data(ended.output.utf8))
                #expect(told.accepted && told.reply == "250 2.0.0 Ok: queued as ID")
                #expect(told.shares.map(\.stream) == ["office", "partners"])
                #expect(told.maxRecipients == 1000 && told.held == 0 && told.hasRoom == true)

                let id = try relay.submit(from: "root", to: ["root"], Self.message)
                let messages = try host.await(2)
                for share in told.shares {
                    let transaction = try #require(share.transactions.first)
                    let arrived = try #require(messages.first { $0.recipients == transaction.recipients })
                    let sender = transaction.sender.split(separator: "{token}", maxSplits: 1)
                    #expect(arrived.sender?.hasPrefix(sender[0]) == true, "\(arrived)")
                    #expect(arrived.sender?.hasSuffix(sender[sender.count - 1]) == true, "\(arrived)")
                    let bytes = try host.bytes(of: arrived)
                    for field in share.addedHeaders where !field.hasPrefix("Received:") {
                        let name = String(field.prefix { $0 != ":" })
                        #expect(Arrived.field(name, in: bytes).map { "\(name): \($0)" } == field)
                    }
                    let text = String(decoding: bytes, as: UTF8.self)
                    for field in share.removedHeaders { #expect(!text.contains(field + "\r\n"), "\(field)") }
                    #expect(text.contains("id \(id)"))
                }
                #expect(told.shares.first?.removedHeaders.contains("X-Secret: 1") == true)
            }
        }

        @Test func `a person reads each test with its line, in 80 columns, without a daemon`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, try settings(stage, host))
                try relay.stop()
                let file = try stage.write("mail.eml", Self.message)
                let ended = try relay.command(
                    ["explain", file.path, "--sender", "ann@office.test", "--recipient", "held@x.test"])
                #expect(ended.status == 0)
                let lines = ended.output.split(separator: "\n").map(String.init)
                #expect(lines.allSatisfy { $0.count <= 80 }, "\(ended.output)")
                for line in [
                    "    3 false header :contains \"subject\" \"secret\" { reject \"stays here\"; }",
                    "    5 true  envelope :localpart \"to\" \"held\" { hold \"look at it\"; }",
                    "    5 done  hold \"look at it\"; }", "Held        look at it, by outbound.sieve:5",
                    "            by default_stream", "            credential host",
                    "Answer      250 2.0.0 Ok: queued as ID",
                ] { #expect(lines.contains(line), "\(line) in\n\(ended.output)") }
            }
        }

        @Test func `what a redirection asks of reports is shown`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, try settings(stage, host))
                let file = try stage.write("mail.eml", Self.message)
                let words = [
                    "explain", file.path, "--sender", "ann@office.test", "--recipient", "old@x.test",
                ]
                let lines = try relay.command(words).output.split(separator: "\n").map(String.init)
                for line in [
                    "            in place of <old@x.test>", "            reports: FAILURE, DELAY",
                    "Reports     return HDRS",
                ] { #expect(lines.contains(line), "\(line) in \(lines)") }
                let json = try relay.command(words + ["--json"]).output
                #expect(json.contains(#""notify":["FAILURE","DELAY"]"#) && json.contains(#""ret":"HDRS""#))
            }
        }

        @Test func `a refusal is told with its reply, and exits 1`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, try settings(stage, host))
                let secret = try stage.write("secret.eml", "Subject: a secret\n\nx\n")
                let plain = try stage.write("plain.eml", "Subject: x\n\nx\n")
                let bare = try stage.write("bare.eml", "Subject: x\r\ry\r\n\r\nx\r\n")
                let base = ["--sender", "ann@office.test", "--recipient"]
                let cases: [([String], String)] = [
                    ([secret.path] + base + ["bob@x.test"], "550 5.7.1 stays here"),
                    ([plain.path] + base + ["eve@localhost"], "550 5.1.1 no mailbox of that name here"),
                    (
                        [plain.path] + base + ["bob@x.test", "--client", "192.0.2.1"],
                        "550 5.7.1 relaying not permitted from your address"
                    ),
                    ([bare.path] + base + ["bob@x.test"], "550 5.6.0 Bare CR or LF in data"),
                ]
                for (words, reply) in cases {
                    let ended = try relay.command(["explain"] + words)
                    #expect(
                        ended.status == 1 && ended.output.contains("Answer      \(reply)"), "\(ended.output)")
                    let answer = try relay.command(["explain"] + words + ["--json"])
                    #expect(answer.output.contains("\"reply\":\"\(reply)\",\"accepted\":false"))
                }
                let misuse = [
                    [plain.path, "--sender", "a@b.test"],
                    [plain.path] + base + ["a@b.test", "--client", "nowhere"],
                    [plain.path] + base + ["a@b.test", "--listener", "none"],
                ]
                for words in misuse {
                    #expect(try relay.command(["explain"] + words).status == 2, "\(words)")
                }
                #expect(try relay.command(["explain", "/none"] + base + ["a@b.test"]).status == 1)
                #expect(try host.messages().isEmpty)
                #expect(try relay.queue().isEmpty)
            }
        }
    }
}
