import MailSyntax
import Testing

@testable import RelayIntake

/// What a policy wants beside sending and holding.
@Suite struct PolicyEffectsTests {
    @Test(arguments: [
        ("hold :notify \"boss@office.example\" \"look\";", "auto-generated", 1),
        ("require \"enotify\"; notify \"mailto:boss@office.example\";", "auto-generated", 0),
        ("require \"enotify\"; notify \"mailto:boss@office.example\";", "no", 1),
    ])
    func `of mail that nobody wrote only those are told who have to decide about it`(
        _ script: String, _ origin: String, _ noticeCount: Int
    ) async throws {
        try await withIntake {
            $0.script = script
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            let reply = try await client.submit("Auto-Submitted: \(origin)\r\nSubject: x\r\n\r\ny\r\n")
            #expect(reply?.hasPrefix("250 ") == true)
            #expect(try await intake.shares().count { $0.contains("boss@office.example") } == noticeCount)
        }
    }
}
