import MailSpool
import MailSyntax
import RelaySettings
import Testing

@testable import RelayDelivery

/// What a reload does to streams. The harness's own dispatcher has no part in it.
@Suite(.timeLimit(.minutes(1))) struct StreamsTests {
    @Test func `mail of a stream that goes away is held, also what comes late or is released`() async throws {
        try await withStreams(["bulk"]) { relay, streams in
            relay.hosts[0].change {
                $0.answer = { line, _ in line.hasPrefix("MAIL") ? .reply("451 4.3.2 no") : nil }
            }
            let early = try await relay.submit(stream: "bulk")
            _ = try await relay.events.wait("deferred")
            streams.adopt(relay.settings(["other"]))
            #expect(try await relay.events.wait("held")["ID"] == early.description)
            let late = try await relay.submit(stream: "bulk")
            #expect(try await relay.events.wait("held", count: 2)["ID"] == late.description)
            try await relay.spool.release(ShareID(entry: early, number: 1))
            #expect(try await relay.events.wait("held", count: 3)["REASON"] == "stream-removed")
            #expect(relay.spool.counts()["bulk"]?.held == 2)
        }
    }

    @Test func `mail without a stream is held from the start`() async throws {
        let submit = { (relay: DeliveryHarness) async throws in try await relay.submit(stream: "gone") }
        try await withStreams(["other"], before: submit) { relay, _ in
            let held = try await relay.events.wait("held")
            #expect(held["STREAM"] == "gone")
        }
    }

    @Test func `a stream that comes back sends what comes, and what was held once it is released`()
        async throws
    {
        try await withStreams(["bulk"]) { relay, streams in
            streams.adopt(relay.settings([]))
            let held = try await relay.submit(stream: "bulk")
            _ = try await relay.events.wait("held")
            streams.adopt(relay.settings(["bulk"]))
            let new = try await relay.submit(stream: "bulk")
            #expect(try await relay.events.wait("delivered")["ID"] == new.description)
            try await relay.spool.release(ShareID(entry: held, number: 1))
            #expect(try await relay.events.wait("delivered", count: 2)["ID"] == held.description)
            #expect(relay.hosts[0].received.count == 2)
        }
    }

    @Test func `a transaction under way ends before the stream's mail is held`() async throws {
        try await withStreams(["bulk"]) { relay, streams in
            relay.hosts[0].change { $0.answer = { line, _ in line == "." ? .silence : nil } }
            let underWay = try await relay.submit(stream: "bulk")
            while !relay.hosts[0].lines.contains("DATA") { await Task.yield() }
            streams.adopt(relay.settings([]))
            let waiting = try await relay.submit(stream: "bulk")
            #expect(relay.events.kinds.contains("held") == false)
            while relay.events.events("held").count < 2 {
                relay.time.advance(by: Limits.stopping)
                await Task.yield()
            }
            let held = Set(relay.events.events("held").compactMap { $0["ID"] })
            #expect(held == [underWay.description, waiting.description])
        }
    }

    @Test func `streams come and go without end, and every message is sent once or held`() async throws {
        try await withStreams(["bulk"]) { relay, streams in
            var ids: [QueueID] = []
            for round in 0..<40 {
                ids.append(try await relay.submit(stream: "bulk"))
                streams.adopt(relay.settings(round.isMultiple(of: 2) ? [] : ["bulk"]))
                if round.isMultiple(of: 3) { await Task.yield() }
            }
            streams.adopt(relay.settings(["bulk"]))
            while relay.events.events("delivered").count < ids.count {
                for share in relay.spool.list() where share.state == .held {
                    try await relay.spool.release(share.id)
                }
                await Task.yield()
            }
            #expect(
                Set(relay.events.events("delivered").compactMap { $0["ID"] }) == Set(ids.map(\.description)))
            #expect(relay.hosts[0].received.count == ids.count)
        }
    }
}

/// Runs streams of these names, all to the harness's first smart host.
private func withStreams(
    _ names: [String], before: (DeliveryHarness) async throws -> QueueID = { _ in QueueID(0) },
    _ body: (DeliveryHarness, Streams) async throws -> Void
) async throws {
    try await withDelivery { relay in
        _ = try await before(relay)
        let streams = Streams(relay.settings(names), services: relay.services)
        async let running: Void = streams.run()
        let result: Result<Void, any Error>
        do { result = .success(try await body(relay, streams)) } catch { result = .failure(error) }
        streams.stop()
        relay.time.finish()
        await running
        try result.get()
    }
}

extension DeliveryHarness {
    fileprivate func settings(_ names: [String]) -> Settings {
        var settings = Settings(
            hostname: "relay.office.example", postmaster: Address(localPart: "boss", domain: "office.example")
        )
        settings.reports.stream = "reports"
        settings.streamNames = names
        for name in names {
            var stream = StreamSettings(name: name)
            stream.smartHosts = dispatcher.plan.stream.smartHosts
            settings.streams[name] = stream
        }
        return settings
    }
}
