import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

@Suite struct SpoolIndexTests {
    private let wall = ManualClock(Samples.time)
    private let uptime = ManualClock(Timestamp(millisecondsSince1970: 1000))

    private func index(longestDelay: Duration = .seconds(3600)) -> SpoolIndex {
        SpoolIndex(
            clock: SpoolClock(
                now: { [wall] in wall.now },
                uptime: { [uptime] in Uptime(milliseconds: uptime.now.millisecondsSince1970) },
                longestDelay: longestDelay))
    }

    /// One share for each due time.
    private func entry(_ number: UInt64, dueIn spans: [Duration] = [.zero], attempts: Int = 0) -> IndexedEntry
    {
        let shares = spans.enumerated().map { place, span in
            Share(
                number: place + 1, recipients: [ShareRecipient(Recipient(Samples.address("a\(number)")))],
                stream: "bulk", standing: .waiting, attemptCount: attempts, nextAttemptAt: wall.now + span,
                lastReply: "", isWarned: false, pieces: nil, rule: nil)
        }
        return IndexedEntry(
            id: QueueID(number), place: 0, sender: Samples.address("s\(number)"), acceptedAt: wall.now,
            messageByteCount: 1, shares: shares)
    }

    private func pass(_ span: Duration) {
        wall.advance(by: span)
        uptime.advance(by: span)
    }

    private func drain(_ index: inout SpoolIndex, prefersRetry: Bool = false) -> [UInt64] {
        var found: [UInt64] = []
        while let ticket = index.take(for: "bulk", prefersRetry: prefersRetry) {
            found.append(ticket.share.entry.rawValue)
        }
        return found
    }

    @Test func `files that name streams without end leave some for the configuration`() {
        var index = index()
        let most = Limits.foundStreamCount
        #expect(index.insert(entry(1, streams: 0..<most - 1), isRecovered: true) != nil)
        #expect(index.insert(entry(2, streams: most..<most + 2), isRecovered: true) == nil)
        #expect(index.insert(entry(3, streams: 0..<2), isRecovered: true) != nil)
        #expect(index.insert(entry(4, streams: most..<most + 2), isRecovered: false) != nil)
        #expect(index.counts.count == most + 1)
    }

    /// One share for each stream.
    private func entry(_ number: UInt64, streams: Range<Int>) -> IndexedEntry {
        let recipient = ShareRecipient(Recipient(Samples.address("a")))
        let shares = streams.enumerated().map { place, stream in
            Share(
                number: place + 1, recipients: [recipient], stream: "stream \(stream)", standing: .waiting,
                attemptCount: 0, nextAttemptAt: wall.now, lastReply: "", isWarned: false, pieces: nil,
                rule: nil)
        }
        return IndexedEntry(
            id: QueueID(number), place: 0, sender: nil, acceptedAt: wall.now, messageByteCount: 1,
            shares: shares)
    }

    @Test func `a due time counts by its distance from now, and a clock set back or forth changes nothing`() {
        var index = index()
        _ = index.insert(entry(1, dueIn: [.seconds(60)], attempts: 1), isRecovered: false)
        wall.advance(by: .seconds(-86_400 * 365))
        uptime.advance(by: .seconds(59))
        #expect(drain(&index).isEmpty)
        uptime.advance(by: .seconds(1))
        #expect(drain(&index) == [1])
    }

    @Test func `a clock that was a year ahead delays mail by the longest delay at most`() {
        var index = index(longestDelay: .seconds(600))
        _ = index.insert(entry(1, dueIn: [.seconds(86_400 * 365)], attempts: 1), isRecovered: true)
        pass(.seconds(599))
        #expect(drain(&index).isEmpty)
        pass(.seconds(1))
        #expect(drain(&index) == [1])
    }

    @Test func `what was offered is not offered again before it is given back`() throws {
        var index = index()
        _ = index.insert(entry(1), isRecovered: false)
        let offered = index.take(for: "bulk", prefersRetry: false)
        let ticket = try #require(offered)
        #expect(drain(&index).isEmpty && index.nextDueAt(for: "bulk") == nil)
        _ = index.decline(ticket.share)
        #expect(drain(&index) == [1])
        // Under way it is nobody's to decline.
        let place = index.claim(ticket.share, stream: "bulk")
        #expect(place == 0)
        _ = index.decline(ticket.share)
        #expect(drain(&index).isEmpty)
        _ = index.giveBack(ticket.share, dueIn: .seconds(60))
        #expect(drain(&index).isEmpty)
        pass(.seconds(60))
        #expect(drain(&index) == [1])
    }

    @Test func `an old ticket takes what is queued again, and then it is not offered twice`() throws {
        var index = index()
        _ = index.insert(entry(1), isRecovered: false)
        let offered = index.take(for: "bulk", prefersRetry: false)
        let ticket = try #require(offered)
        // A person held it and let it go meanwhile.
        _ = try index.take(ticket.share, from: [.waiting])
        _ = index.giveBack(ticket.share)
        let place = index.claim(ticket.share, stream: "bulk")
        #expect(place == 0)
        #expect(drain(&index).isEmpty)
    }

    @Test func `what is stalled is due when a smart host is well, and comes back at its time else`() throws {
        var index = index()
        for number in 1...2 as ClosedRange<UInt64> {
            _ = index.insert(entry(number), isRecovered: false)
            let offered = index.take(for: "bulk", prefersRetry: false)
            let ticket = try #require(offered)
            _ = index.claim(ticket.share, stream: "bulk")
            let later = entry(number, dueIn: [.seconds(300)], attempts: 1).shares[0]
            _ = index.settle(ticket.share, later, isStalled: number == 1)
        }
        #expect(drain(&index).isEmpty)
        index.hastenStalled("bulk", onlyFirst: false)
        #expect(drain(&index) == [1])
        pass(.seconds(300))
        #expect(drain(&index) == [2])
        #expect(index.counts["bulk"]?.retrying == 2)
    }

    @Test func `what is stalled stays so when it is given back untried`() throws {
        var index = index()
        _ = index.insert(entry(1), isRecovered: false)
        let first = index.take(for: "bulk", prefersRetry: false)
        let ticket = try #require(first)
        _ = index.claim(ticket.share, stream: "bulk")
        let later = entry(1, dueIn: [.seconds(300)], attempts: 1).shares[0]
        _ = index.settle(ticket.share, later, isStalled: true)
        index.hastenStalled("bulk", onlyFirst: true)
        let second = index.take(for: "bulk", prefersRetry: false)
        #expect(second?.share == ticket.share)
        _ = index.decline(ticket.share)
        #expect(drain(&index).isEmpty)
        index.hastenStalled("bulk", onlyFirst: false)
        #expect(drain(&index) == [1])
    }

    @Test func `whoever must look at all that waits gets it before it is due, and nothing that is held`()
        throws
    {
        var index = index()
        _ = index.insert(entry(1, dueIn: [.seconds(300)], attempts: 1), isRecovered: false)
        _ = index.insert(entry(2), isRecovered: false)
        var held = entry(3).shares[0]
        held.standing = .held(Hold(reason: "policy", heldAt: wall.now))
        _ = index.insert(
            IndexedEntry(
                id: QueueID(3), place: 0, sender: nil, acceptedAt: wall.now, messageByteCount: 1,
                shares: [held]), isRecovered: false)
        var found: [UInt64] = []
        while let ticket = index.take(for: "bulk", prefersRetry: false, isEarly: true) {
            found.append(ticket.share.entry.rawValue)
        }
        #expect(found == [2, 1])
    }

    @Test func `the oldest of each stream is found page by page`() {
        var index = index()
        for number in 1...50 as ClosedRange<UInt64> {
            _ = index.insert(entry(number), isRecovered: false)
            pass(.seconds(1))
        }
        let oldest = wall.now
        var office = entry(51).shares[0]
        office.stream = "office"
        _ = index.insert(
            IndexedEntry(
                id: QueueID(51), place: 0, sender: nil, acceptedAt: oldest, messageByteCount: 1,
                shares: [office]), isRecovered: false)
        var (found, last, pageCount) = ([String: Timestamp](), ShareID?.none, 0)
        repeat {
            last = index.addOldest(to: &found, after: last, rowLimit: 10)
            pageCount += 1
        } while last != nil
        #expect(found == ["bulk": Samples.time, "office": oldest] && pageCount == 6)
    }

    @Test func `a second file of an entry is not taken`() {
        var index = index()
        let (first, second) = (
            index.insert(entry(1), isRecovered: true), index.insert(entry(1), isRecovered: true)
        )
        #expect(first != nil && second == nil)
        #expect(drain(&index, prefersRetry: true) == [1])
    }

    @Test func `addresses are found, whatever their case, and few others`() {
        var index = index()
        for number in 1...500 as ClosedRange<UInt64> { _ = index.insert(entry(number), isRecovered: false) }
        let sender = Address(localPart: "S77", domain: "EXAMPLE.org")
        let from = index.summaries(ShareFilter(sender: .address(sender)), after: nil, limit: .max)
        #expect(from.map(\.id.entry) == [QueueID(77)])
        let recipient = Address(localPart: "A78", domain: "example.org")
        let to = index.summaries(ShareFilter(recipient: recipient), after: nil, limit: .max)
        #expect(to.contains { $0.id.entry == QueueID(78) } && to.count < 5)
        #expect(index.summaries(ShareFilter(sender: .null), after: nil, limit: .max).isEmpty)
    }

    @Test func `a damaged entry leaves nothing behind`() {
        var index = index()
        _ = index.insert(entry(1, dueIn: [.zero, .seconds(60), .zero]), isRecovered: false)
        index.drop(QueueID(1))
        #expect(index.counts["bulk"] == ShareCounts() && index.nextDueAt(for: "bulk") == nil)
        #expect(index.summaries(ShareFilter(), after: nil, limit: .max).isEmpty)
    }
}
