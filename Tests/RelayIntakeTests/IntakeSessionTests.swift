import MailSpool
import MailSyntax
import RelaySettings
import Testing
import Transport

@Suite struct IntakeSessionTests {
    @Test func `whole transactions in one write are answered in order`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            let message =
                "MAIL FROM:<>\r\nRCPT TO:<root@localhost>\r\nRCPT TO:<bob@x.example>\r\nDATA\r\ntext\r\n.\r\n"
            try await client.send("EHLO pc7\r\n" + message + message + "QUIT\r\n")
            var codes: [String] = []
            while let reply = try await client.reply() { codes.append(String(reply.prefix(9))) }
            let each = ["250 2.1.0", "550 5.1.1", "250 2.1.5", "354 End d", "250 2.0.0"]
            #expect(codes == ["220 relay", "250-relay"] + each + each + ["221 2.0.0"])
            #expect(try await intake.shares().count == 2)
            #expect(intake.spool.list().count == 2)
        }
    }

    @Test func `postmaster, localhost and a sender without domain`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.ask("MAIL FROM:<ann>") == "250 2.1.0 Ok")
            #expect(try await client.ask("RCPT TO:<root@localhost>")?.hasPrefix("550 5.1.1 ") == true)
            #expect(try await client.ask("RCPT TO:<Postmaster>") == "250 2.1.5 Ok")
            #expect(try await client.ask("DATA")?.hasPrefix("354 ") == true)
            #expect(try await client.ask("text\r\n.")?.hasPrefix("250 ") == true)
            #expect(try await intake.shares() == ["office boss@office.example waiting"])
            try await intake.events.wait("accepted")
            #expect(intake.events.kinds == ["refused", "accepted"])
            #expect(intake.events.events("refused").last?["SENDER"] == "ann@relay.example")
        }
    }

    @Test func `an alias becomes recipients of one entry, each of them once`() async throws {
        try await withIntake {
            $0.settings.aliases = AliasTable([
                "root": ["ann", "bob"].map { Address(localPart: $0, domain: "x.example") },
                "admin": [Address(localPart: "root", domain: "")],
            ])
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            let answer = try await client.submit(
                from: "root@localhost", to: ["root", "admin", "bob@x.example"])
            #expect(answer?.hasPrefix("250 ") == true)
            #expect(try await intake.shares() == ["office ann@x.example,bob@x.example waiting"])
            #expect(try await intake.events.wait("accepted")["SENDER"] == "root@relay.example")
        }
    }

    @Test func `a network that is not permitted may not relay`() async throws {
        try await withIntake {
            $0.listener.networks = []
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.ask("MAIL FROM:<ann@x.example>") == "250 2.1.0 Ok")
            #expect(try await client.ask("RCPT TO:<bob@x.example>")?.hasPrefix("550 5.7.1 ") == true)
            let refused = try await intake.events.wait("refused")
            #expect(refused["SENDER"] == "ann@x.example" && refused["RECIPIENT"] == "bob@x.example")
            #expect(try await client.ask("DATA") == "554 5.5.1 No valid recipients")
        }
    }

    @Test func `refusals are told up to a bound, and the last one says so`() async throws {
        try await withIntake {
            $0.listener.networks = []
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.ask("MAIL FROM:<ann@x.example>") == "250 2.1.0 Ok")
            try await client.send(String(repeating: "RCPT TO:<bob@x.example>\r\n", count: 300))
            for _ in 0..<300 { #expect(try await client.reply()?.hasPrefix("550 5.7.1 ") == true) }
            let last = try await intake.events.wait("refused", count: 100)
            #expect(last["REASON"]?.contains("not told") == true)
            #expect(intake.events.events("refused").count == 100)
        }
    }

    @Test func `what the protocol's rules refuse is told as well`() async throws {
        try await withIntake {
            $0.listener.maxRecipients = 1
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.ask("RCPT TO:<bob@x.example>")?.hasPrefix("503 ") == true)
            #expect(try await client.ask("MAIL FROM:<ann@@x.example>")?.hasPrefix("501 5.1.7 ") == true)
            #expect(try await client.ask("MAIL FROM:<ann@x.example>") == "250 2.1.0 Ok")
            #expect(try await client.ask("RCPT TO:<a@x.example>") == "250 2.1.5 Ok")
            #expect(try await client.ask("RCPT TO:<b@x.example>")?.hasPrefix("452 4.5.3 ") == true)
            #expect(try await client.ask("RCPT TO:<c@x.example\nDATA")?.hasPrefix("500 5.5.2 ") == true)
            try await intake.events.wait("refused", count: 3)
            let refused = intake.events.events("refused")
            #expect(refused.map { $0["STATUS"] } == ["5.1.7", "4.5.3", "5.5.2"])
            #expect(refused[0]["REASON"] == "MAIL FROM:<ann@@x.example>")
            #expect(refused[1]["RECIPIENT"] == "b@x.example" && refused[1]["SENDER"] == "ann@x.example")
            #expect(refused[2]["REASON"]?.contains("CRLF") == true && refused[2]["CLIENT"] == "127.0.0.1")
        }
    }

    @Test func `ten thousand recipients are answered one by one, and as many taken as may be`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.ask("MAIL FROM:<ann@x.example>") == "250 2.1.0 Ok")
            try await client.send((0..<10_000).map { "RCPT TO:<\($0)@x.example>\r\n" }.joined())
            var counts: [String: Int] = [:]
            for _ in 0..<10_000 { counts[try await client.reply() ?? "", default: 0] += 1 }
            #expect(counts == ["250 2.1.5 Ok": 1000, "452 4.5.3 Too many recipients": 9000])
            #expect(try await client.ask("DATA\r\ntext\r\n.")?.hasPrefix("354 ") == true)
            #expect(try await client.reply()?.hasPrefix("250 2.0.0 ") == true)
            let entry = try await intake.spool.entry(try #require(intake.spool.list().first?.id.entry))
            #expect(entry.envelope.recipients.count == 1000)
        }
    }

    @Test func `lines without end are swallowed, and the third closes`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            for _ in 1...3 {
                let line = String(repeating: "x", count: 100_000)
                #expect(try await client.ask(line) == "500 5.5.6 Command line too long")
            }
            #expect(try await client.line() == nil)
        }
    }

    // MARK: TLS

    @Test func `mail comes in TLS, and is told so`() async throws {
        try await withIntake {
            $0.listener.tls = .required
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.ask("MAIL FROM:<ann@x.example>") == "530 5.7.0 Send STARTTLS first")
            #expect(try await client.ask("STARTTLS") == "220 2.0.0 Ready to start TLS")
            try await client.startTLS()
            #expect(try await client.ask("EHLO pc7")?.contains("STARTTLS") == false)
            #expect(try await client.submit()?.hasPrefix("250 ") == true)
            #expect(try await intake.events.wait("accepted")["TLS"]?.hasPrefix("TLSv1") == true)
            let entry = try await intake.spool.entry(try #require(intake.spool.list().first?.id.entry))
            #expect(entry.origin.protocolName == "ESMTPS")
        }
    }

    @Test func `what comes behind STARTTLS in the clear ends the connection`() async throws {
        try await withIntake {
            $0.listener.tls = .offered
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            try await client.send("STARTTLS\r\nMAIL FROM:<eve@x.example>\r\n")
            #expect(try await client.reply()?.hasPrefix("554 5.5.1 ") == true)
            #expect(try await client.line() == nil)
            #expect(try await intake.events.wait("tls-failed")["CLIENT"] == "127.0.0.1")
        }
    }

    @Test func `a handshake that is none is told`() async throws {
        try await withIntake {
            $0.listener.tls = .offered
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.ask("STARTTLS") == "220 2.0.0 Ready to start TLS")
            try await client.send("MAIL FROM:<eve@x.example>\r\n")
            #expect(try await intake.events.wait("tls-failed")["LISTENER"] == "lan")
            #expect(try await intake.shares().isEmpty)
        }
    }

    // MARK: Ends

    @Test(arguments: [false, true])
    func `silence ends the session`(isInData: Bool) async throws {
        try await withIntake {
            $0.listener.timeout = .milliseconds(300)
        } _: { intake in
            let client = try await intake.connect()
            try await client.send("EHLO a\r\n")
            if isInData {
                try await client.send("MAIL FROM:<>\r\nRCPT TO:<bob@x.example>\r\nDATA\r\nhalf a message\r\n")
            }
            var last: String?
            while let reply = try await client.reply() { last = reply }
            #expect(last?.hasPrefix("421 4.4.2 ") == true)
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test func `a command must come whole within its time`() async throws {
        try await withIntake {
            $0.listener.timeout = .milliseconds(300)
        } _: { intake in
            let client = try await intake.connect()
            #expect(try await client.reply() == "220 relay.example ESMTP")
            // Byte by byte for ever: only the deadline of the whole line ends it.
            let connection = client.connection
            async let dripping: Void = drip(connection)
            #expect(try await client.reply()?.hasPrefix("421 4.4.2 ") == true)
            await connection.close()
            await dripping
        }
    }

    private func drip(_ connection: Connection) async {
        while (try? await connection.send([UInt8(ascii: "X")])) != nil { await Task.yield() }
    }

    @Test(arguments: [false, true])
    func `the end of the daemon is told to who waits`(isInData: Bool) async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            if isInData { try await client.begin() } else { try await client.greet() }
            intake.running.cancel()
            #expect(try await client.reply()?.hasPrefix("421 4.3.2 ") == true)
            #expect(try await client.line() == nil)
            #expect(try await intake.shares().isEmpty)
        }
    }
}
