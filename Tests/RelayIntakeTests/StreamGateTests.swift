import MailSpool
import MailSyntax
import RelayPolicy
import RelaySettings
import Testing

@testable import RelayIntake

/// A stream whose queue has reached its limit, and the others.
@Suite struct StreamGateTests {
    private static let full = "452 4.3.1 too much mail of this kind waits already, try again later"

    private func limit(_ wishes: inout IntakeHarness.Wishes, _ count: Int, byteCount: Int = 0) {
        wishes.settings.streams["bulk"]?.queuedCountLimit = count
        wishes.settings.streams["bulk"]?.queuedByteCountLimit = byteCount
    }

    @Test func `a full stream is refused at RCPT for itself alone`() async throws {
        try await withIntake {
            limit(&$0, 1)
            var route = Route(stream: "bulk")
            route.recipient = Glob("*@bulk.example")
            $0.settings.routes = [route]
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: ["a@bulk.example"])?.hasPrefix("250 ") == true)
            #expect(try await client.ask("MAIL FROM:<ann@x.example>")?.hasPrefix("250 ") == true)
            #expect(try await client.ask("RCPT TO:<b@bulk.example>") == Self.full)
            #expect(try await client.ask("RCPT TO:<b@x.example>")?.hasPrefix("250 ") == true)
            #expect(try await client.ask("DATA")?.hasPrefix("354 ") == true)
            #expect(try await client.ask("x\r\n.")?.hasPrefix("250 ") == true)
            #expect(
                try await intake.shares() == ["bulk a@bulk.example waiting", "office b@x.example waiting"])
            let refused = try await intake.events.wait("refused")
            #expect(refused["REASON"] == "stream bulk is full" && refused["RECIPIENT"] == "b@bulk.example")
        }
    }

    @Test func `where a script names the stream the message is refused whole, and nothing is stored`()
        async throws
    {
        try await withIntake {
            limit(&$0, 1)
            $0.script = "if envelope \"to\" \"b@x.example\" { stream \"bulk\"; }"
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            let both = ["a@x.example", "b@x.example"]
            #expect(try await client.submit(to: both)?.hasPrefix("250 ") == true)
            #expect(try await client.submit(to: both) == Self.full)
            #expect(try await client.submit(to: ["a@x.example"])?.hasPrefix("250 ") == true)
            #expect(try await intake.shares().count == 3)
            try await intake.events.wait("accepted", count: 2)
            #expect(intake.events.kinds == ["accepted", "stream-full", "refused", "accepted"])
            #expect(intake.events.events("stream-full").first?["STREAM"] == "bulk")
            #expect(intake.services.gate.figures(of: "bulk") == (true, 1))
        }
    }

    @Test func `bytes are limited too, and the message that reaches the limit is taken whole`() async throws {
        try await withIntake {
            limit(&$0, 0, byteCount: 100)
            $0.settings.defaultStream = "bulk"
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            let text = String(repeating: "x", count: 97) + "\r\n"
            #expect(try await client.submit(text)?.hasPrefix("250 ") == true)
            #expect(try await client.submit(text)?.hasPrefix("250 ") == true)
            #expect(intake.spool.counts(of: "bulk").messageByteCount == 198)
            #expect(try await client.ask("MAIL FROM:<>")?.hasPrefix("250 ") == true)
            #expect(try await client.ask("RCPT TO:<b@x.example>") == Self.full)
        }
    }

    @Test func `room again is told once, well below the limit, or when that is gone`() async throws {
        try await withIntake {
            limit(&$0, 10)
            $0.settings.defaultStream = "bulk"
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            for _ in 0..<10 { #expect(try await client.submit()?.hasPrefix("250 ") == true) }
            let (gate, streams) = (intake.services.gate, intake.services.settings.streams)
            #expect(gate.isFull("bulk", under: streams) && gate.isFull("bulk", under: streams))
            let ids = intake.spool.list().map(\.id)
            try await intake.spool.delete(ids[0])
            gate.review(streams)
            #expect(!gate.isFull("bulk", under: streams) && gate.figures(of: "bulk").isFull)
            try await intake.spool.delete(ids[1])
            gate.review(streams)
            gate.review(streams)
            try await intake.events.wait("stream-ok")
            #expect(intake.events.kinds.filter { $0.hasPrefix("stream") } == ["stream-full", "stream-ok"])
            var smaller = streams
            smaller["bulk"]?.queuedCountLimit = 5
            #expect(gate.isFull("bulk", under: smaller))
            smaller["bulk"]?.queuedCountLimit = 0
            gate.review(smaller)
            #expect(!gate.figures(of: "bulk").isFull)
        }
    }

    @Test func `what is being stored counts already`() async throws {
        try await withIntake {
            limit(&$0, 2)
        } _: { intake in
            let (gate, streams) = (intake.services.gate, intake.services.settings.streams)
            var plan = Plan()
            plan.shares = [PlannedShare(recipients: [], stream: "bulk")]
            let load = StreamLoad(plan, byteCount: 1)
            #expect(gate.enter(load, under: streams) == nil)
            #expect(gate.enter(load, under: streams) == nil)
            #expect(gate.enter(load, under: streams) == "bulk")
            gate.leave(load)
            #expect(gate.enter(load, under: streams) == nil)
        }
    }
}
