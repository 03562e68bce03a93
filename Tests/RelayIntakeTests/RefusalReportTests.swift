import Foundation
import MailSpool
import MailSyntax
import PosternTestSupport
import RelaySettings
import Testing

/// `reject_scope: recipient`.
@Suite struct RefusalReportTests {
    private func prepare(_ wishes: inout IntakeHarness.Wishes) {
        wishes.script = "if envelope \"to\" \"b@x.example\" { reject \"no cards\"; }"
        wishes.settings.policy.rejectScope = .recipient
    }

    @Test func `the others go and a report tells the sender of the refused`() async throws {
        try await withIntake(prepare) { intake in
            let client = try await intake.connect()
            try await client.greet()
            let reply = try #require(try await client.submit(to: ["a@x.example", "b@x.example"]))
            #expect(reply.hasPrefix("250 "))
            #expect(
                try await intake.shares().sorted() == [
                    "office a@x.example waiting", "office ann@x.example waiting",
                ])
            let created = try await intake.events.wait("created")
            let refused = try await intake.events.wait("refused")
            #expect(created["PARENT"].map { reply.hasSuffix($0) } == true)
            #expect(refused["RECIPIENT"] == "b@x.example")
            let id = try #require(created["ID"].flatMap(QueueID.init))
            let report = try await intake.spool.entry(id)
            #expect(report.envelope.sender == nil)
            let reader = try await intake.spool.message(id)
            let text = String(decoding: try await reader.read(0..<reader.byteCount), as: UTF8.self)
            #expect(text.contains("Final-Recipient: rfc822; b@x.example") && text.contains("no cards"))
        }
    }

    @Test func `nobody is told of a refused report`() async throws {
        try await withIntake(prepare) { intake in
            let client = try await intake.connect()
            try await client.greet()
            let reply = try await client.submit(from: "", to: ["a@x.example", "b@x.example"])
            #expect(reply?.hasPrefix("250 ") == true)
            #expect(try await intake.shares() == ["office a@x.example waiting"])
        }
    }

    @Test(arguments: [1, 2])
    func `a report or message that cannot be stored is an answer of its own`(failing: Int) async throws {
        try await withIntake(prepare) { intake in
            let client = try await intake.connect()
            try await client.greet()
            intake.disk.set { $0.failingSync = failing }
            let reply = try await client.submit(to: ["a@x.example", "b@x.example"])
            #expect(reply?.hasPrefix("452 4.3.0 ") == true)
            // The report goes first: at worst the sender hears of the refusal twice, never of nothing.
            #expect(try await intake.shares() == (failing == 1 ? [] : ["office ann@x.example waiting"]))
            try await intake.events.wait("spool-full")
            let kinds = ["refused", "spool-full"]
            #expect(intake.events.kinds == (failing == 1 ? kinds : ["created"] + kinds))
        }
    }

    @Test func `a folder that takes nothing leaves neither reports nor copies behind`() async throws {
        let folder = try TemporaryFolder()
        try await withIntake {
            prepare(&$0)
            $0.script = $0.script.map {
                "require \"fileinto\"; \($0) else { fileinto :copy \"good\"; fileinto :copy \"bad\"; }"
            }
            $0.settings.policy.folders = ["good": folder.path + "/good", "bad": folder.path + "/none/bad"]
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            for _ in 1...2 {
                let reply = try await client.submit(to: ["a@x.example", "b@x.example"])
                #expect(reply?.hasPrefix("452 4.3.0 ") == true)
            }
            #expect(try await intake.shares().isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/good/new").isEmpty)
        }
    }

    @Test func `a refusal for all is an answer, no report`() async throws {
        try await withIntake(prepare) { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: ["b@x.example"]) == "550 5.7.1 no cards")
            #expect(try await intake.shares().isEmpty)
        }
    }
}
