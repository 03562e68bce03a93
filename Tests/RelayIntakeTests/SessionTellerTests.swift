import Testing

@Suite struct SessionTellerTests {
    @Test func `a dialogue is told without message and secrets`() async throws {
        try await withIntake {
            $0.tellsDialogues = true
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            _ = try await client.ask("AUTH PLAIN AGFubgBzZWNyZXQ=")
            _ = try await client.ask("AUTH PLAIN AGFubgBzZWNyZXQ= AGFubgBzZWNyZXQ=")
            _ = try await client.ask("AGFubgBzZWNyZXQ=")
            _ = try await client.ask("MAIL FROM:<a b@x.example>")
            #expect(try await client.submit("Subject: confidential\r\n")?.hasPrefix("250 ") == true)
            #expect(try await client.ask("QUIT") == "221 2.0.0 Bye")
            // Greeting and EHLO, three of AUTH, two bad and good MAIL, RCPT, DATA, message, QUIT.
            try await intake.events.wait("dialogue", count: 21)
            let lines = intake.events.events("dialogue").compactMap(\.message)
            let all = lines.joined(separator: "\n")
            #expect(!all.contains("AGF") && !all.contains("confidential"))
            for part in [
                "127.0.0.1 < 220 relay.example ESMTP", "127.0.0.1 > EHLO pc7", "127.0.0.1 > AUTH PLAIN",
                "> MAIL FROM:<a b@x.example>", "> RCPT TO:<bob@x.example>", "< 354 End data",
                "> (message, 23 bytes kept)", "< 250 2.0.0 Ok: queued as", "< 221 2.0.0 Bye",
            ] {
                #expect(all.contains(part), "\(part)")
            }
        }
    }

    @Test func `who wants to log in where nobody can is told of by a sentence that stays`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            for command in ["AUTH PLAIN AGFubgBzZWNyZXQ=", "AUTH LOGIN"] {
                #expect(try await client.ask(command) == "502 5.5.1 Command not implemented")
            }
            let told = try await intake.events.wait("auth-failed", count: 2)
            #expect(
                intake.events.events("auth-failed").compactMap(\.message) == [
                    "authentication failed for ann from 127.0.0.1",
                    "authentication failed for unknown from 127.0.0.1",
                ])
            #expect(told["CLIENT"] == "127.0.0.1" && told["LISTENER"] == "lan" && told["USER"] == nil)
        }
    }

    @Test func `nothing of it is told unless it is wanted`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit()?.hasPrefix("250 ") == true)
            try await intake.events.wait("accepted")
            #expect(intake.events.kinds == ["accepted"])
        }
    }
}
