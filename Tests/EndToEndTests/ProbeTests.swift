import Foundation
import Testing

extension EndToEnd {
    /// `probe` and `check --online`: whether smart hosts can be used, found out without the daemon's help.
    @Suite struct Probing {
        private func relay(on stage: Stage, good: SmartHost, strict: SmartHost) throws -> Relay {
            try Relay(
                on: stage,
                """
                \(Relay.credential(on: stage))
                streams:
                \(Relay.stream("good", to: good))
                \(Relay.stream("strict", to: strict))
                default_stream: good
                """)
        }

        @Test func `a smart host is tried in every step, and a wrong password is told`() throws {
            try Stage.run { stage in
                let good = try SmartHost(on: stage, "good")
                let strict = try SmartHost(on: stage, "strict", ["--password", "another"])
                let relay = try relay(on: stage, good: good, strict: strict)

                let found = try relay.command(["probe", "good"])
                #expect(found.status == 0, "\(found.output)")
                for text in ["127.0.0.1:\(good.port)", "TLSv1.3", "CN=localhost", "AUTH PLAIN", "235 2.7.0"] {
                    #expect(found.output.contains(text), "\(text) in \(found.output)")
                }
                #expect(found.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(found.output)")
                #expect(try good.messages().isEmpty)

                let refused = try relay.command(["probe", "strict", "--json"])
                #expect(refused.status == 1, "\(refused.output)")
                let object = try JSONSerialization.jsonObject(with: Data(refused.output.utf8))
                let fields = try #require(object as? [String: Any])
                #expect(fields["ok"] as? Bool == false && fields["failed_at"] as? String == "login")
                #expect((fields["reply"] as? String)?.hasPrefix("535") == true)
                #expect(!refused.output.contains(SmartHost.password))

                #expect(try relay.command(["probe", "nowhere"]).status == 1)
                #expect(try relay.command(["probe"]).status == 2)
                let checked = try relay.command(["check", "--online"])
                #expect(checked.status == 1, "\(checked.output)")
                let lines = checked.output.split(separator: "\n")
                #expect(lines.contains { $0.contains("error: streams.strict") }, "\(checked.output)")
                // The stage's certificates end soon.
                #expect(lines.contains { $0.contains("warning: streams.good") }, "\(checked.output)")
                #expect(!checked.output.contains("postern.yaml:1:1:"), "\(checked.output)")
                strict.stop()
                #expect(try relay.command(["probe", "strict"]).output.contains("FAILED"))
            }
        }

        @Test func `a test message goes through, under the stream's own rules`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage,
                    Relay.oneStream(on: stage, to: host, #"return_path: "bounce+{token}@mail.office.test""#))
                let sent = try relay.command(["probe", "office", "--recipient", "me@office.test"])
                #expect(sent.status == 0 && sent.output.contains("message       250"), "\(sent.output)")
                let message = try host.await(1)[0]
                #expect(message.recipients == ["me@office.test"])
                #expect(message.sender == "bounce+probe@mail.office.test")
                let text = String(decoding: try host.bytes(of: message), as: UTF8.self)
                #expect(text.contains("From: <postmaster@office.test>\r\n"), "\(text)")

                try host.start(["--refuse", "me@=550 5.1.1 no such user"])
                let refused = try relay.command(["probe", "office", "--recipient", "me@office.test"])
                #expect(refused.status == 1 && refused.output.contains("550 5.1.1"), "\(refused.output)")
                #expect(try relay.command(["probe", "office", "--recipient", "nobody"]).status == 2)
            }
        }
    }
}
