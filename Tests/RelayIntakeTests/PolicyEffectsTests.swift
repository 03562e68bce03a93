import Foundation
import MailSpool
import MailSyntax
import PosternTestSupport
import RelaySettings
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

    @Test func `a message that is brought again lies in its folders once`() async throws {
        let place = try TemporaryFolder()
        let paths = ["first", "second"].map { "\(place.path)/\($0)" }
        try await withIntake {
            $0.script = #"require "fileinto"; fileinto :copy "first"; fileinto :copy "second";"#
            $0.settings.policy.folders = ["first": paths[0], "second": paths[1]]
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            intake.disk.set { $0.sync = .inputOutput }
            #expect(try await client.submit()?.hasPrefix("452 4.3.0 ") == true)
            for path in paths { #expect(try names(in: path + "/new") == []) }
            // What the second folder cannot take is not in the first either.
            intake.disk.set { $0.sync = nil }
            try await recover(client, intake)
            try #require(rmdir(paths[1] + "/new") == 0 && symlink("/dev/null/none", paths[1] + "/new") == 0)
            #expect(try await client.submit()?.hasPrefix("452 4.3.0 ") == true)
            #expect(try names(in: paths[0] + "/new") == [] && names(in: paths[1] + "/tmp") == [])
            unlink(paths[1] + "/new")
            try await recover(client, intake)
            #expect(try await client.submit()?.hasPrefix("250 ") == true)
            for path in paths { #expect(try names(in: path + "/new").count == 1) }
            try await intake.events.wait("created", count: 2)
            #expect(intake.events.events("created").count == 2)
        }
    }

    /// Waits until the spool trusts its disk again, which it tries beside the dialogue.
    private func recover(_ client: Client, _ intake: IntakeHarness) async throws {
        repeat {
            intake.clock.advance(by: .seconds(1))
        } while try await client.ask("MAIL FROM:<ann@x.example>") != "250 2.1.0 Ok"
        #expect(try await client.ask("RSET")?.hasPrefix("250 ") == true)
    }

    private func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path)
    }
}
