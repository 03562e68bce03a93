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
}
