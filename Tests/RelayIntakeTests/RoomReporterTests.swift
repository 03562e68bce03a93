import MailSpool
import PosternTestSupport
import RelaySettings
import Testing

@Suite struct RoomReporterTests {
    @Test func `a disk without room is told at each MAIL, and once to the operator`() async throws {
        try await withIntake {
            $0.settings.spool.minimumFreeByteCount = 1000
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            intake.disk.set { $0.freeByteCount = 999 }
            let full = "452 4.3.1 no room for mail at the moment, try again later"
            #expect(try await client.ask("MAIL FROM:<>") == full)
            #expect(try await client.ask("MAIL FROM:<ann@x.example>") == full)
            intake.disk.set { $0.freeByteCount = 1000 }
            intake.clock.advance(by: .seconds(1))
            #expect(try await client.submit()?.hasPrefix("250 ") == true)
            try await intake.events.wait("accepted")
            #expect(intake.events.kinds == ["spool-full", "refused", "refused", "spool-ok", "accepted"])
            #expect(intake.events.events("refused").map { $0["SENDER"] } == ["<>", "ann@x.example"])
        }
    }

    /// Short ones fill the disk when they are committed, long ones before.
    @Test(arguments: [100, 200_000])
    func `a disk that is full within a message is told with its answer`(_ byteCount: Int) async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            intake.disk.set { $0.write = .noSpace }
            let line = String(repeating: "x", count: 98) + "\r\n"
            let message = "\r\n" + String(repeating: line, count: byteCount / 100)
            #expect(try await client.submit(message)?.hasPrefix("452 4.3.1 ") == true)
            try await intake.events.wait("spool-full")
            #expect(Set(intake.events.kinds) == ["spool-full", "refused"])
        }
    }
}
