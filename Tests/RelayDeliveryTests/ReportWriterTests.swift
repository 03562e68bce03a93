import MailSpool
import MailSyntax
import RelaySettings
import Testing

@testable import RelayDelivery

@Suite(.timeLimit(.minutes(1))) struct ReportWriterTests {
    /// Refuses all but reports.
    private var refusing: ScriptedSmartHost.Script {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line.hasPrefix("RCPT") ? .reply("550 5.1.1 no such user") : nil }
        return script
    }

    private func address(_ text: String) throws -> Address { try #require(Address(text)) }

    @Test func `a failure report is a message of its own, with the null sender`() async throws {
        try await withDelivery([refusing]) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("failed")
            let created = try await relay.events.wait("created")
            #expect(created["REASON"] == "failure report")
            let ticket = try #require(relay.spool.take(for: "reports"))
            let claim = try #require(await relay.spool.claim(ticket.share))
            #expect(claim.entry.envelope.sender == nil)
            #expect(claim.entry.envelope.recipients.map(\.address) == [try address("ann@office.example")])
            let text = String(decoding: claim.front, as: UTF8.self)
            #expect(text.contains("Action: failed") && text.contains("550 5.1.1 no such user"))
            #expect(text.contains("Subject: hello"))
        }
    }

    @Test func `where <> is refused, reports have the sender that is configured`() async throws {
        let sender = try address("reports@office.example")
        try await withDelivery([refusing], settings: Change { $0.reports.sender = sender }) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("failed")
            let ticket = try #require(relay.spool.take(for: "reports"))
            #expect(try await relay.spool.claim(ticket.share)?.entry.envelope.sender == sender)
        }
    }

    @Test func `an undeliverable report ends at postmaster, once`() async throws {
        try await withDelivery([refusing], settings: Change { $0.reports.stream = "news" }) { relay in
            try await relay.submit()
            // The message, its report, and the report's report at postmaster.
            _ = try await relay.events.wait("failed", count: 3)
            let created = relay.events.events("created")
            #expect(created.map { $0["RECIPIENT"] } == ["ann@office.example", "postmaster@office.example"])
        }
    }

    @Test func `nobody is told whom NOTIFY excludes`() async throws {
        try await withDelivery([refusing]) { relay in
            try await relay.submit { $0.recipients[0].notify = .never }
            _ = try await relay.events.wait("failed")
            try await relay.submit { $0.recipients[0].notify = .delay }
            _ = try await relay.events.wait("failed", count: 2)
            #expect(relay.events.events("created").isEmpty)
            try await relay.submit { $0.recipients[0].notify = [.failure, .delay] }
            _ = try await relay.events.wait("failed", count: 3)
            #expect(relay.events.events("created").count == 1)
        }
    }
}
