import MailSpool
import MailSyntax
import PosternTestSupport
import RelaySettings
import Testing

@testable import RelayIntake

/// Who hears by mail that scripts fail, and how often.
@Suite struct FailureNoticesTests {
    private static let failing = #"keep; reject "no";"#

    /// What is sent to the addresses of the office itself.
    private func notices(_ intake: IntakeHarness) async throws -> [String] {
        var texts: [String] = []
        for share in intake.spool.list() {
            let entry = try await intake.spool.entry(share.id.entry)
            guard entry.envelope.recipients.first?.address.domain == "office.example" else { continue }
            let reader = try await intake.spool.message(share.id.entry)
            texts.append(String(decoding: try await reader.read(0..<reader.byteCount), as: UTF8.self))
        }
        return texts
    }

    @Test(arguments: [
        (PolicySettings.ErrorAction.hold, "250 ", "held"), (.tempfail, "451 ", "deferred"),
        (.reject, "550 ", "refused"),
    ])
    func `postmaster is told at once, and then once an hour how many there were`(
        action: PolicySettings.ErrorAction, reply: String, became: String
    ) async throws {
        try await withIntake {
            $0.script = Self.failing
            $0.settings.policy.onError = action
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            for _ in 0..<3 { #expect(try await client.submit()?.hasPrefix(reply) == true) }
            let first = try #require(try await notices(intake).first)
            #expect(try await notices(intake).count == 1)
            #expect(first.contains("\r\nTo: <boss@office.example>\r\n"))
            #expect(first.contains("\r\nSubject: A policy script failed: test.sieve:2\r\n"))
            #expect(first.contains("which was \(became):"))
            #expect(first.contains(#"test.sieve:2: "reject" conflicts with "keep" at test.sieve:2"#))
            intake.clock.advance(by: .seconds(3599))
            _ = try await client.submit()
            #expect(try await notices(intake).count == 1)
            intake.clock.advance(by: .seconds(1))
            _ = try await client.submit()
            #expect(try await notices(intake).last?.contains("failed at 3 more messages") == true)
            #expect(try await notices(intake).count == 2)
        }
    }

    @Test func `who wants no digest hears nothing, another address hears instead`() async throws {
        var (nobody, never, anna) = (HoldSettings(), HoldSettings(), HoldSettings())
        nobody.notice = .nobody
        never.digestInterval = .zero
        anna.notice = .address(Address(localPart: "anna", domain: "office.example"))
        for (hold, addressee) in [(nobody, nil), (never, nil), (anna, "anna@office.example")] {
            try await withIntake {
                $0.script = Self.failing
                $0.settings.policy.hold = hold
            } _: { intake in
                let client = try await intake.connect()
                try await client.greet()
                #expect(try await client.submit()?.hasPrefix("250 ") == true)
                let found = try await notices(intake)
                #expect(found.count == (addressee == nil ? 0 : 1))
                #expect(found.allSatisfy { $0.contains("To: <\(addressee ?? "")>\r\n") })
            }
        }
    }
}
