import MailSpool
import MailSyntax
import RelaySettings
import Testing

/// From the final dot to the answer.
@Suite struct MessageJudgementTests {
    private static let trio = ["a@x.example", "b@x.example", "c@x.example"]

    @Test func `the ID is the same in reply, spool and event`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            let text = "From: Ann <ann@x.example>\r\nMessage-ID: <1@x>\r\n\r\ntext\r\n"
            let reply = try #require(try await client.submit(text))
            let accepted = try await intake.events.wait("accepted")
            let id = try #require(accepted["ID"].flatMap(QueueID.init))
            #expect(reply == "250 2.0.0 Ok: queued as \(id)")
            #expect(accepted["MESSAGE_ID"] == "<1@x>" && accepted["FROM"] == "ann@x.example")
            #expect(accepted["SIZE"] == "\(text.utf8.count)" && accepted["STREAM"] == "office")
            let entry = try await intake.spool.entry(id)
            #expect(entry.origin.client == "127.0.0.1" && entry.origin.heloName == "pc7")
            #expect(entry.origin.listener == "lan" && entry.origin.protocolName == "ESMTP")
            #expect(entry.origin.receivedAt == IntakeHarness.time && entry.messageID == "<1@x>")
        }
    }

    @Test func `one message to three recipients with three verdicts is one entry`() async throws {
        try await withIntake {
            $0.script = """
                if envelope "to" "b@x.example" { stream "bulk"; }
                if envelope "to" "c@x.example" { hold "look at it"; }
                """
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: Self.trio)?.hasPrefix("250 ") == true)
            let shares = try await intake.shares()
            #expect(
                shares == [
                    "office a@x.example waiting", "bulk b@x.example waiting", "office c@x.example held",
                ])
            #expect(Set(intake.spool.list().map(\.id.entry)).count == 1)
            let held = try await intake.events.wait("held")
            #expect(held["REASON"] == "look at it" && held["RECIPIENT"] == "c@x.example")
            #expect(held["RULE"] == "test.sieve:3" && held["SHARE"] == "3")
            #expect(intake.events.kinds == ["accepted", "held"])
        }
    }

    @Test func `a refusal of one recipient refuses the message`() async throws {
        try await withIntake {
            $0.script = "if envelope \"to\" \"b@x.example\" { reject \"no cards\"; }"
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: Self.trio) == "550 5.7.1 no cards (b@x.example)")
            let refused = try await intake.events.wait("refused")
            #expect(refused["RULE"] == "test.sieve:2" && refused["RECIPIENT"] == "b@x.example")
            #expect(try await intake.shares().isEmpty)
            #expect(try await client.submit()?.hasPrefix("250 ") == true)
        }
    }

    @Test func `a refusal of several lines is answered in several lines, and told in one`() async throws {
        try await withIntake {
            $0.script = "reject text:\n554 5.6.0 no cards\n250 queued\u{7F}\u{1B}[0m\n.\n;"
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit() == "554-5.6.0 no cards|554 5.6.0 250 queued [0m")
            let refused = try await intake.events.wait("refused")
            #expect(refused["REPLY"] == "554 5.6.0 no cards 250 queued [0m")
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test func `mail without a stream is refused`() async throws {
        try await withIntake {
            $0.settings.defaultStream = nil
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit()?.hasPrefix("550 5.7.1 ") == true)
            #expect(try await intake.events.wait("refused")["RULE"] == "routes")
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test func `what is discarded for all is answered 250 and told, and not stored`() async throws {
        try await withIntake {
            $0.script = "discard;"
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: ["a@x.example", "b@x.example"])?.hasPrefix("250 ") == true)
            try await intake.events.wait("discarded", count: 2)
            #expect(intake.events.kinds == ["accepted", "discarded", "discarded"])
            #expect(Set(intake.events.events.map { $0["ID"] }).count == 1)
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test(arguments: [
        (PolicySettings.ErrorAction.hold, "250 2.0.0 ", "held", ["office bob@x.example held"]),
        (.tempfail, "451 4.7.0 ", "deferred", []), (.reject, "550 5.7.1 ", "refused", []),
    ])
    func `a script that fails is told, whatever becomes of the message`(
        action: PolicySettings.ErrorAction, reply: String, word: String, shares: [String]
    ) async throws {
        try await withIntake {
            // More redirections than a message may have.
            $0.script = (0..<33).map { "redirect :copy \"r\($0)@x.example\";" }.joined(separator: "\n")
            $0.settings.policy.onError = action
            $0.settings.policy.hold.notice = .nobody
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit()?.hasPrefix(reply) == true)
            let failure = try await intake.events.wait("policy-error")
            #expect(failure.message?.contains(word) == true, "\(failure.message ?? "")")
            #expect(try await intake.shares() == shares)
        }
    }

    @Test func `a full hold asks the client to wait, and other mail goes on`() async throws {
        try await withIntake {
            $0.script = "if envelope \"to\" \"a@x.example\" { hold \"look\"; }"
            $0.settings.policy.hold.countLimit = 1
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: ["a@x.example"])?.hasPrefix("250 ") == true)
            #expect(try await client.submit(to: ["a@x.example"])?.hasPrefix("451 4.3.1 ") == true)
            #expect(try await client.submit(to: ["b@x.example"])?.hasPrefix("250 ") == true)
            try await intake.events.wait("accepted", count: 2)
            #expect(intake.events.kinds == ["accepted", "held", "refused", "accepted"])
            #expect(try await intake.shares().count == 2)
        }
    }

    @Test func `a message over its stream's size is refused at once`() async throws {
        try await withIntake {
            $0.script = "if envelope \"to\" \"b@x.example\" { stream \"bulk\"; }"
            $0.settings.streams["bulk"]?.maxMessageByteCount = 20
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            let text = "Subject: more than twenty\r\n"
            #expect(try await client.submit(text, to: Self.trio) == "552 5.3.4 message too large")
            #expect(try await client.submit(text, to: ["a@x.example"])?.hasPrefix("250 ") == true)
            #expect(try await client.submit("twenty\r\n", to: ["b@x.example"])?.hasPrefix("250 ") == true)
            #expect(try await intake.shares().count == 2)
        }
    }

    @Test(arguments: [
        (String(repeating: "Received: by a\r\n", count: 51), "554 5.4.6 "),
        ("Subject: " + String(repeating: "x", count: 600_000) + "\r\n", "552 5.3.4 header"),
    ])
    func `a message that loops or hides its header is refused`(header: String, reply: String) async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(header + "\r\ntext\r\n")?.hasPrefix(reply) == true)
            let refused = try await intake.events.wait("refused")
            #expect(refused["REPLY"]?.hasPrefix(reply) == true)
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test(arguments: [DiskError.Reason.inputOutput, .noSpace])
    func `what is not synced is not acknowledged`(reason: DiskError.Reason) async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            intake.disk.set { $0.sync = reason }
            let reply = reason == .noSpace ? "452 4.3.1 " : "452 4.3.0 "
            #expect(try await client.submit()?.hasPrefix(reply) == true)
            intake.disk.set { $0.sync = nil }
            let refused = try await intake.events.wait("refused")
            #expect(refused["REASON"] != nil && refused["RECIPIENT"] == "bob@x.example")
            #expect(!intake.events.kinds.contains("accepted"))
            #expect(try await intake.shares().isEmpty)
        }
    }
}
