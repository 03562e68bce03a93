import Foundation
import Testing

extension EndToEnd {
    /// A smart host in trouble: what is told, and what becomes of the mail.
    @Suite struct Trouble {
        private static let message =
            "From: a@office.test\r\nMessage-ID: <1@office.test>\r\nSubject: trouble\r\n\r\nBody.\r\n"

        /// Retries that a test can wait for.
        private static let soon = "retry: [1s]"

        @Test func `down: the mail waits, and goes once the smart host is back`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, Self.soon))
                host.stop()
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("deferred") { $0.id == id }
                try host.start()
                try relay.await("delivered") { $0.id == id }
                #expect(try host.messages().count == 1)
            }
        }

        @Test(arguments: ["mail", "rcpt", "data", "dot"])
        func `4xx: the mail is deferred with the reply, and goes at the next attempt`(place: String) throws {
            try Stage.run { stage in
                let host = try SmartHost(
                    on: stage, "host", ["--reply", "\(place)=451 4.3.2 not now", "--times", "1"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, Self.soon))
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                let deferred = try relay.await("deferred") { $0.id == id }
                #expect(deferred["reply"].contains("451 4.3.2 not now"))
                let delivered = try relay.await("delivered") { $0.id == id }
                #expect(delivered["attempt"] == "2")
                #expect(try host.messages().count == 1)
            }
        }

        @Test(arguments: ["mail", "rcpt", "data", "dot"])
        func `5xx: the mail fails at once and its sender is told`(place: String) throws {
            try Stage.run { stage in
                let host = try SmartHost(
                    on: stage, "host", ["--reply", "\(place)=550 5.7.1 not this one", "--times", "1"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, Self.soon))
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                let failed = try relay.await("failed") { $0.id == id }
                #expect(failed["reply"].contains("550 5.7.1 not this one"))
                try relay.await("created") { $0["parent"] == id }
                let arrived = try host.await(1)
                #expect(arrived[0].sender == "")
                #expect(arrived[0].recipients == ["sender@office.test"])
                let report = String(decoding: try host.bytes(of: arrived[0]), as: UTF8.self)
                for words in ["multipart/report", "Status: 5.7.1", "b@x.test", "550 5.7.1 not this one"] {
                    #expect(report.contains(words), "\(words)")
                }
            }
        }

        @Test func `one refused recipient of two fails alone`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--refuse", "gone=550 5.1.1 no such user"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, Self.soon))
                let id = try relay.submit(to: ["b@x.test", "gone@x.test"], Self.message)
                try relay.await("delivered") { $0.id == id && $0["recipient"] == "b@x.test" }
                try relay.await("failed") { $0.id == id && $0["recipient"] == "gone@x.test" }
                let arrived = try host.await(2)
                #expect(
                    arrived.map { $0.recipients ?? [] }.sorted { $0[0] < $1[0] } == [
                        ["b@x.test"], ["sender@office.test"],
                    ])
            }
        }

        @Test func `wrong password: told once, no mail without AUTH, and all goes when it is right`() throws {
            try expectLoginTrouble(["--password", "another"])
        }

        @Test func `AUTH not offered: told once, no mail without AUTH, and all goes when it is back`() throws
        {
            try expectLoginTrouble(["--hide", "AUTH"])
        }

        @Test func `STARTTLS stripped: told once, nothing said in the clear, and all goes when it is back`()
            throws
        {
            try expectTLSTrouble(["--hide", "STARTTLS"])
        }

        @Test func `words in the clear behind STARTTLS: told as TLS trouble, nothing said, no mail`() throws {
            try expectTLSTrouble(["--inject"])
        }

        @Test func `wrong certificate name: told, no AUTH and no mail`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", certifiedFor: "other.test", ["--commands"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, Self.soon))
                try expectWaiting(relay, host, told: "tls-failed")
            }
        }

        @Test func `untrusted certificate: told, no AUTH and no mail`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--commands"])
                let trusted = try stage.certificate(for: "localhost", in: "trusted")
                let settings = Relay.oneStream(on: stage, to: host, Self.soon)
                    .replacing(host.certificate.file, with: trusted.file)
                try expectWaiting(Relay(on: stage, settings), host, told: "tls-failed")
            }
        }

        @Test func `cut after the final dot: told as uncertain, and sent again`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--cut", "dot", "--times", "1"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, Self.soon))
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("uncertain") { $0.id == id }
                try relay.await("delivered") { $0.id == id }
                #expect(try host.messages().map(\.messageID) == ["<1@office.test>", "<1@office.test>"])
            }
        }

        @Test func `the first smart host down: the second takes over`() throws {
            try Stage.run { stage in
                let first = try SmartHost(on: stage, "first")
                let second = try SmartHost(on: stage, "second")
                first.stop()
                let relay = try Relay(
                    on: stage,
                    """
                    \(Relay.credential(on: stage))
                    streams:
                      office:
                        smarthosts:
                          - {host: "localhost:\(first.port)", ca_file: \(first.certificate.file)}
                          - {host: "localhost:\(second.port)", ca_file: \(second.certificate.file)}
                        tls: starttls
                        credential: host
                    default_stream: office
                    """)
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                let delivered = try relay.await("delivered") { $0.id == id }
                #expect(delivered["smarthost"].contains("\(second.port)"))
                #expect(try second.messages().count == 1)
            }
        }

        /// Whoever looks at the queue sees why its mail waits, and when the next probe is.
        private func expectReason(in relay: Relay, told: String) throws {
            let words = told == "login-failed" ? "login failed at localhost:" : "TLS failed with localhost:"
            let queue = try relay.queue()
            #expect(queue.allSatisfy { $0["reason"]?.hasPrefix(words) == true }, "\(queue)")
            #expect(queue.allSatisfy { $0["next_attempt_at"] != nil }, "\(queue)")
            let listed = try relay.command(["queue", "list"])
            #expect(listed.output.contains("\nstream office waits: \(words)"), "\(listed.output)")
            #expect(listed.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(listed.output)")
            let shown = try relay.command(["queue", "show", queue[0]["id"] ?? ""])
            #expect(shown.output.contains("Reason      \(words)"), "\(shown.output)")
        }

        private func expectLoginTrouble(_ fault: [String]) throws {
            try expectTrouble(fault, told: "login-failed", neverSaid: ["MAIL"])
        }

        private func expectTLSTrouble(_ fault: [String]) throws {
            try expectTrouble(fault, told: "tls-failed", neverSaid: ["AUTH", "MAIL"])
        }

        /// A fault that the smart host as a whole has: told once, the mail waits without an attempt counted, and
        /// goes when the fault is gone.
        private func expectTrouble(_ fault: [String], told: String, neverSaid: Set<String>) throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--commands"] + fault)
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, Self.soon))
                let ids = try (1...3).map { _ in try relay.submit(to: ["b@x.test"], Self.message) }
                try relay.await(told)
                try until("further attempts") { try host.lines().filter { $0.event == "connect" }.count >= 3 }
                #expect(try relay.events().filter { $0.event == told }.count == 1)
                #expect(try neverSaid.isDisjoint(with: host.lines().compactMap(\.verb)))
                #expect(try relay.queue().map { $0["attempts"] } == ["0", "0", "0"])
                try expectReason(in: relay, told: told)
                try host.start()
                for id in ids { try relay.await("delivered") { $0.id == id } }
                #expect(try host.messages().allSatisfy { $0.user == SmartHost.user && $0.tls != nil })
            }
        }

        /// A certificate that is wrong stays so: the mail waits, and nothing was said to a stranger.
        private func expectWaiting(_ relay: Relay, _ host: SmartHost, told: String) throws {
            let id = try relay.submit(to: ["b@x.test"], Self.message)
            try relay.await(told)
            try until("another attempt") { try host.lines().filter { $0.event == "connect" }.count >= 2 }
            #expect(try relay.events().filter { $0.event == told }.count == 1)
            #expect(try Set(["AUTH", "MAIL"]).isDisjoint(with: host.lines().compactMap(\.verb)))
            #expect(try relay.queue().map { $0["id"]?.hasPrefix(id) } == [true])
        }
    }
}
