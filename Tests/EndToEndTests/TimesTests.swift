import Glibc
import Testing

extension EndToEnd {
    /// Mail that waits too long.
    @Suite struct Times {
        private static let message =
            "From: a@office.test\r\nMessage-ID: <1@office.test>\r\nSubject: late\r\n\r\n"

        @Test func `mail that expires fails, and its sender is told`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--refuse", "busy=450 4.2.1 busy"])
                let relay = try Relay(
                    on: stage, Relay.oneStream(on: stage, to: host, "retry: [1s]\nexpire: 3s\nwarn_after: 0s")
                )
                let id = try relay.submit(to: ["busy@x.test"], Self.message)
                try relay.await("expired") { $0.id == id }
                let report = try host.await(1)[0]
                #expect(report.sender == "" && report.recipients == ["sender@office.test"])
                let text = String(decoding: try host.bytes(of: report), as: UTF8.self)
                #expect(text.contains("Action: failed") && text.contains("450 4.2.1 busy"), "\(text)")
                try until("an empty spool") { try relay.spoolFiles().isEmpty }
            }
        }

        @Test func `the sender is told once that mail is late`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--refuse", "busy=450 4.2.1 busy"])
                let relay = try Relay(
                    on: stage, Relay.oneStream(on: stage, to: host, "retry: [1s]\nwarn_after: 2s"))
                let id = try relay.submit(to: ["busy@x.test"], Self.message)
                let report = try host.await(1)[0]
                let text = String(decoding: try host.bytes(of: report), as: UTF8.self)
                #expect(text.contains("Action: delayed"), "\(text)")
                let told = try relay.events().filter { $0.event == "deferred" && $0.id == id }.count
                try until("two attempts more") {
                    try relay.events().filter { $0.event == "deferred" && $0.id == id }.count >= told + 2
                }
                #expect(try host.messages().count == 1)
            }
        }

        @Test func `time behind a refused login does not count, also when the relay is killed in it`() throws
        {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--password", "another"])
                let relay = try Relay(
                    on: stage, Relay.oneStream(on: stage, to: host, "retry: [1s]\nexpire: 4s\nwarn_after: 0s")
                )
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("login-failed")
                sleep(3)  // time is what this is about
                relay.kill()
                sleep(3)
                try host.start(["--reply", "rcpt=450 4.2.1 busy", "--times", "1"])
                try relay.start()
                try relay.await("deferred") { $0.id == id }
                try relay.await("delivered") { $0.id == id }
                let told = try relay.events().map(\.event)
                #expect(!told.contains("expired"))
            }
        }
    }
}
