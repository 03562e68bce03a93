import MailSyntax
import RelayEvents
import Testing

@Suite struct CountersTests {
    private var counters = Counters()

    @Test mutating func `a stream's figures follow its events`() throws {
        counters.count(.delivered(Samples.delivery), at: Samples.time)
        var delivery = Samples.delivery
        delivery.reply = "451 4.3.0 later"
        counters.count(.deferred(delivery), at: Samples.time + .seconds(1))
        delivery.stream = "bulk"
        counters.count(.failed(delivery), at: Samples.time)
        counters.count(.expired(delivery), at: Samples.time)

        let office = try #require(counters.streams["office"])
        #expect(office.deliveredCount == 1)
        #expect(office.deferredCount == 1)
        #expect(office.lastReply?.text == "451 4.3.0 later")
        #expect(counters.streams["bulk"]?.failedCount == 2)
        #expect(counters.count(of: .delivered) == 1)
        #expect(counters.count(of: .held) == 0)
    }

    @Test mutating func `a smart host is in trouble from the first sign until it works again`() throws {
        counters.count(.tlsFailed(Samples.trouble), at: Samples.time)
        counters.count(.loginFailed(Samples.trouble), at: Samples.time + .seconds(60))
        let trouble = try #require(counters.streams["office"]?.troubles["smtp.example:587"])
        #expect(trouble.kind == .loginFailed)
        #expect(trouble.text == "535 5.7.8 no")
        #expect(trouble.since == Samples.time)
        counters.count(
            .breakerClosed(BreakerClosed(stream: "office", smartHost: "smtp.example:587")), at: Samples.time)
        #expect(counters.streams["office"]?.troubles.isEmpty == true)
    }

    @Test mutating func `the rate is that of the last minute`() throws {
        for second in 0..<90 {
            counters.count(.delivered(Samples.delivery), at: Samples.time + .seconds(second))
        }
        let office = try #require(counters.streams["office"])
        #expect(office.deliveredPerMinute(at: Samples.time + .seconds(89)) == 60)
        #expect(office.deliveredPerMinute(at: Samples.time + .seconds(99)) == 50)
        #expect(office.deliveredPerMinute(at: Samples.time + .seconds(500)) == 0)
    }

    @Test mutating func `streams beyond the bound are not counted`() {
        var delivery = Samples.delivery
        for number in 0..<2000 {
            delivery.stream = "s\(number)"
            counters.count(.delivered(delivery), at: Samples.time)
        }
        #expect(counters.streams.count == 1024)
        #expect(counters.count(of: .delivered) == 2000)
    }
}
