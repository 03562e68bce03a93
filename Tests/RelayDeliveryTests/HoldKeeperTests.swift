import MailSpool
import MailSyntax
import RelaySettings
import Synchronization
import Testing

@testable import RelayDelivery

/// Held mail: who is told of it, and how it ends.
@Suite(.timeLimit(.minutes(1))) struct HoldKeeperTests {
    /// What a test's keeper remembers of digests.
    private final class Memory: Sendable {
        let last = Mutex<Timestamp?>(nil)
        var memory: DigestMemory {
            DigestMemory {
                self.last.withLock { $0 }
            } save: { time in
                self.last.withLock { $0 = time }
            }
        }
    }

    private func withKeeper(
        _ change: (inout HoldSettings) -> Void = { _ in },
        _ body: (DeliveryHarness, inout HoldKeeper, _ restart: () -> HoldKeeper) async throws -> Void
    ) async throws {
        var settings = HoldSettings()
        change(&settings)
        let memory = Memory()
        try await withDelivery { [settings] relay in
            var office = Settings(hostname: "relay.office.example", postmaster: relay.services.postmaster)
            office.reports.stream = "reports"
            let streams = Streams(office, services: relay.services)
            let restart = { HoldKeeper(streams, settings: { settings }, memory: memory.memory) }
            var keeper = restart()
            try await body(relay, &keeper, restart)
        }
    }

    private func hold(
        _ relay: DeliveryHarness, rule: String? = "a.sieve:1", _ message: String = "Subject: s3cret\r\n\r\n"
    )
        async throws -> ShareID
    {
        let hold = Hold(reason: "look at it", rule: rule, heldAt: relay.time.wallTime)
        return ShareID(entry: try await relay.submit(message, hold: hold), number: 1)
    }

    private func digests(_ relay: DeliveryHarness) async throws -> [String] {
        var texts: [String] = []
        for share in relay.spool.list(ShareFilter(stream: "reports")) {
            let reader = try await relay.spool.message(share.id.entry)
            texts.append(String(decoding: try await reader.read(0..<reader.byteCount), as: UTF8.self))
        }
        return texts
    }

    @Test func `a digest names what is newly held, not what it says, and comes once in its time`()
        async throws
    {
        try await withKeeper { relay, keeper, restart in
            await keeper.turn()
            #expect(try await digests(relay).isEmpty)
            let first = try await hold(relay)
            await keeper.turn()
            await keeper.turn()
            let text = try #require(try await digests(relay).first)
            #expect(text.contains("\r\nTo: <postmaster@office.example>\r\n"))
            #expect(text.contains("\(first)  stream news") && text.contains("look at it (a.sieve:1)"))
            #expect(text.contains("from <ann@office.example> to <bob@to.example>"))
            #expect(!text.contains("s3cret"))
            relay.time.advance(by: .seconds(3599))
            let second = try await hold(relay, "Subject: x\r\n\r\n")
            keeper = restart()
            await keeper.turn()
            #expect(try await digests(relay).count == 1)
            relay.time.advance(by: .seconds(1))
            await keeper.turn()
            let next = try #require(try await digests(relay).last)
            #expect(
                next.contains("2 in all, 1 new") && next.contains("\(second)  ")
                    && !next.contains("\(first)  "))
            relay.time.advance(by: .seconds(7200))
            await keeper.turn()
            #expect(try await digests(relay).count == 2)
            #expect(
                relay.events.events("created").allSatisfy { $0["RECIPIENT"] == "postmaster@office.example" })
        }
    }

    @Test func `another address gets it, or nobody`() async throws {
        let anna = Address(localPart: "anna", domain: "office.example")
        for (notice, count) in [(HoldSettings.Notice.address(anna), 1), (.nobody, 0)] {
            try await withKeeper {
                $0.notice = notice
            } _: { relay, keeper, _ in
                _ = try await hold(relay)
                await keeper.turn()
                #expect(try await digests(relay).count { $0.contains("To: <anna@office.example>") } == count)
            }
        }
    }

    @Test(arguments: [
        (HoldSettings.ExpiryAction.bounce, "failed"), (.delete, "deleted"), (.release, "released"),
    ])
    func `what the policy held ends when its time is over, whoever looks then`(
        action: HoldSettings.ExpiryAction, event: String
    ) async throws {
        try await withKeeper {
            $0.onExpire = action
            $0.digestInterval = .zero
        } _: { relay, keeper, restart in
            let policys = try await hold(relay)
            let persons = try await hold(relay, rule: nil)
            relay.time.advance(by: .seconds(14 * 86_400 - 1))
            await keeper.turn()
            #expect(relay.spool.counts(of: "news").held == 2)
            keeper = restart()
            relay.time.advance(by: .seconds(1))
            await keeper.turn()
            await keeper.turn()
            #expect(try await relay.events.wait(event)["ID"] == policys.entry.description)
            #expect(relay.spool.list(ShareFilter(state: .held)).map(\.id) == [persons])
            #expect(relay.events.events(event).count == 1)
        }
    }

    @Test func `another end that a second judgement sets counts, and not the one before`() async throws {
        try await withKeeper {
            $0.onExpire = .delete
            $0.digestInterval = .zero
        } _: { relay, keeper, _ in
            let id = try await hold(relay)
            await keeper.turn()
            let start = relay.time.wallTime
            let end = Timestamp(millisecondsSince1970: start.millisecondsSince1970 + 60_000)
            let shorter = Hold(reason: "look again", rule: "a.sieve:2", heldAt: start, endsAt: end)
            try await relay.spool.keepHeld(id, shorter, in: "news")
            relay.time.advance(by: .seconds(60))
            await keeper.turn()
            #expect(relay.spool.counts(of: "news").held == 0)
        }
    }

    @Test func `without an end held mail waits for ever`() async throws {
        try await withKeeper {
            $0.expire = .zero
        } _: { relay, keeper, _ in
            _ = try await hold(relay)
            relay.time.advance(by: .seconds(1000 * 86_400))
            await keeper.turn()
            #expect(relay.spool.counts(of: "news").held == 1)
        }
    }
}
