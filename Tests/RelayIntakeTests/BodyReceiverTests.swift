import MailSpool
import RelaySettings
import Testing
import Transport

/// What comes between DATA and the final dot.
@Suite struct BodyReceiverTests {
    @Test func `a message is kept byte for byte`() async throws {
        let text =
            "Subject: x\r\n\r\n..dot\r\n\0\u{FC} and blanks \t\r\n" + String(repeating: "long", count: 40_000)
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            let stuffed = text.replacing("\r\n.", with: "\r\n..") + "\r\n"
            #expect(try await client.submit(stuffed)?.hasPrefix("250 2.0.0 Ok: queued as ") == true)
            #expect(try await intake.message() == text + "\r\n")
        }
    }

    static let places = [
        "\ntext\r\n", "\rtext\r\n", "Subject: x\n\r\ntext\r\n", "Subject: x\r\n\ntext\r\n", "text\r",
        "text\n",
        "text\r\r\n", "text\n\r\n", "text\r\n\n", "text\r\n\r", "text\r\n.\n", "text\r\n.\r", "text\n.\n",
        "text\r.\r", "text\n.\r\n", "text\r.\r\n", "text\r\n.\r\r\n", "text\r\n.\n\r\n", "text\r\n..\n",
    ]

    @Test(arguments: places)
    func `a bare CR or LF ends the connection and brings no message at all`(text: String) async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.begin()
            let second = "MAIL FROM:<eve@x.example>\r\nRCPT TO:<bob@x.example>\r\nDATA\r\nsecond\r\n.\r\n"
            try await client.send(text + second + "\r\n.\r\nQUIT\r\n")
            #expect(try await client.reply() == "550 5.6.0 Bare CR or LF in data")
            #expect(try await client.line() == nil)
            let refused = try await intake.events.wait("refused")
            #expect(refused["STATUS"] == "5.6.0" && refused["CLIENT"] == "127.0.0.1")
            #expect(refused["REASON"]?.contains("CRLF") == true)
            #expect(try await intake.shares().isEmpty)
            #expect(!intake.events.kinds.contains("accepted"))
        }
    }

    @Test func `a message that is too large is swallowed, refused, and the session goes on`() async throws {
        try await withIntake {
            $0.listener.maxMessageByteCount = 1000
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            let line = String(repeating: "x", count: 98) + "\r\n"
            let reply = try await client.submit(String(repeating: line, count: 11))
            #expect(reply == "552 5.3.4 message too large")
            #expect(try await client.submit(String(repeating: line, count: 10))?.hasPrefix("250 ") == true)
            #expect(
                try await client.ask("MAIL FROM:<ann@x.example> SIZE=1001") == "552 5.3.4 Message too large")
            try await intake.events.wait("refused", count: 2)
            #expect(intake.events.kinds == ["refused", "accepted", "refused"])
            #expect(intake.events.events("refused").allSatisfy { $0["SENDER"] == "ann@x.example" })
            #expect(try await intake.shares().count == 1)
        }
    }

    @Test func `who does not stop sending is cut off`() async throws {
        try await withIntake {
            $0.listener.maxMessageByteCount = 1000
        } _: { intake in
            let client = try await intake.connect()
            try await client.begin()
            try await client.send(String(repeating: "x", count: 1001))
            try await client.send(String(repeating: "x", count: 200_000))
            #expect(try await client.reply() == "552 5.3.4 message too large")
            #expect(try await client.line() == nil)
            #expect(try await intake.events.wait("refused")["STATUS"] == "5.3.4")
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test(arguments: [10, 200_000])
    func `a disk that becomes full is told at the end of the message`(byteCount: Int) async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.begin()
            intake.disk.set { $0.write = .noSpace }
            try await client.send(String(repeating: "x", count: byteCount) + "\r\n.\r\n")
            #expect(try await client.reply()?.hasPrefix("452 4.3.1 ") == true)
            #expect(try await intake.events.wait("refused")["STATUS"] == "4.3.1")
            #expect(try await client.ask("NOOP") == "250 2.0.0 Ok")
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test func `a client that leaves in the middle leaves nothing`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.begin()
            try await client.send(String(repeating: "x", count: 200_000) + "\r\n")
            await client.connection.close()
            let other = try await intake.connect()
            try await other.greet()
            #expect(try await other.submit()?.hasPrefix("250 ") == true)
            #expect(try await intake.shares() == ["office bob@x.example waiting"])
        }
    }

    @Test func `a client that leaves behind the final dot has sent its message`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.begin()
            try await client.send("text\r\n.\r\n")
            await client.connection.close()
            try await intake.events.wait("accepted")
            #expect(try await intake.message() == "text\r\n")
        }
    }
}
