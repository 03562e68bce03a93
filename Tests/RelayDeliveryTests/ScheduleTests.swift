import MailSpool
import MailSyntax
import Testing

@testable import RelayDelivery

/// A share made of a number, for tests that only tell shares apart.
func share(_ number: UInt64) -> ShareID { ShareID(entry: QueueID(number), number: 1) }

@Suite struct ScheduleTests {
    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1000) }

    private func item(_ number: UInt64, due: Int64 = 0, attempts: Int = 0, waits: Bool = false)
        -> Schedule.Item
    {
        Schedule.Item(share(number), dueAt: at(due), attemptCount: attempts, waitsForSmartHost: waits)
    }

    /// Starts and ends everything that is due, in order.
    private func drain(_ schedule: inout Schedule, at now: Uptime) -> [ShareID] {
        var shares: [ShareID] = []
        while case .start(let item) = schedule.next(at: now) {
            shares.append(item.share)
            schedule.ended()
        }
        return shares
    }

    @Test func `new mail starts in the order it came`() {
        var schedule = Schedule(limit: 10)
        for number in 1...4 { schedule.admit(item(UInt64(number)), at: at(0)) }
        #expect(drain(&schedule, at: at(0)) == (1...4).map { share(UInt64($0)) })
        #expect(schedule.next(at: at(0)) == .nothing)
    }

    @Test func `what is due later waits, and comes in the order of its due times`() {
        var schedule = Schedule(limit: 10)
        for (number, due) in [(1, 30), (2, 10), (3, 20)] {
            schedule.admit(item(UInt64(number), due: Int64(due), attempts: 1), at: at(0))
        }
        #expect(schedule.next(at: at(9)) == .wait(until: at(10)))
        #expect(drain(&schedule, at: at(20)) == [share(2), share(3)])
        #expect(schedule.next(at: at(20)) == .wait(until: at(30)))
    }

    @Test func `new mail and retries take turns`() {
        var schedule = Schedule(limit: 10)
        for number in 1...3 { schedule.admit(item(UInt64(number)), at: at(0)) }
        for number in 11...13 { schedule.admit(item(UInt64(number), attempts: 2), at: at(0)) }
        #expect(drain(&schedule, at: at(0)) == [1, 11, 2, 12, 3, 13].map { share($0) })
    }

    @Test func `of retries the one that is due longest is first`() {
        var schedule = Schedule(limit: 10)
        schedule.admit(item(1, due: 5, attempts: 1), at: at(0))
        schedule.admit(item(2, due: 7, attempts: 1), at: at(8))
        schedule.admit(item(3, due: 9, attempts: 1), at: at(0))
        #expect(drain(&schedule, at: at(9)) == [share(1), share(2), share(3)])
    }

    @Test func `no more are under way than allowed`() {
        var schedule = Schedule(limit: 2)
        for number in 1...3 { schedule.admit(item(UInt64(number)), at: at(0)) }
        _ = schedule.next(at: at(0))
        _ = schedule.next(at: at(0))
        #expect(schedule.next(at: at(0)) == .full)
        #expect(!schedule.hasWork(at: at(0)))
        schedule.ended()
        #expect(schedule.next(at: at(0)) == .start(item(3)))
    }

    @Test func `a ticket counts by its distance from now, not by the wall clock`() {
        var schedule = Schedule(limit: 10)
        let wall = Timestamp(millisecondsSince1970: 1_000_000_000)
        let ticket = Ticket(
            share: share(1), dueAt: wall + .seconds(60), attemptCount: 1, acceptedAt: wall, isRecovered: false
        )
        schedule.admit(ticket, at: at(500), wallTime: wall, longestDelay: .seconds(3600))
        #expect(schedule.next(at: at(500)) == .wait(until: at(560)))
    }

    @Test func `a clock set back a year delays mail by the longest delay at most`() {
        var schedule = Schedule(limit: 10)
        let wall = Timestamp(millisecondsSince1970: 1_000_000_000)
        let ticket = Ticket(
            share: share(1), dueAt: wall + .seconds(365 * 86_400), attemptCount: 1, acceptedAt: wall,
            isRecovered: true)
        schedule.admit(ticket, at: at(0), wallTime: wall, longestDelay: .seconds(3600))
        #expect(schedule.next(at: at(0)) == .wait(until: at(3600)))
    }

    @Test func `what was put back is the next again`() {
        var schedule = Schedule(limit: 10)
        for number in 1...2 { schedule.admit(item(UInt64(number)), at: at(0)) }
        #expect(schedule.next(at: at(0)) == .start(item(1)))
        schedule.putBack(item(1))
        schedule.admit(item(9, attempts: 1), at: at(0))
        #expect(drain(&schedule, at: at(0)) == [share(9), share(1), share(2)])
    }

    @Test func `a smart host that is well again hastens what waited for it, and only that`() {
        var schedule = Schedule(limit: 10)
        schedule.admit(item(1, due: 100, attempts: 1, waits: true), at: at(0))
        schedule.admit(item(2, due: 50, attempts: 1), at: at(0))
        schedule.admit(item(3, due: 90, attempts: 1, waits: true), at: at(0))
        schedule.hasten()
        #expect(drain(&schedule, at: at(1)) == [share(3), share(1)])
        #expect(schedule.next(at: at(1)) == .wait(until: at(50)))
    }

    @Test func `a hundred thousand recovered shares that are due take no sorting`() {
        var schedule = Schedule(limit: 1)
        let wall = Timestamp(millisecondsSince1970: 1_000_000_000)
        for number in 0..<100_000 as Range<UInt64> {
            let ticket = Ticket(
                share: share(number), dueAt: wall, attemptCount: 3, acceptedAt: wall, isRecovered: true)
            schedule.admit(ticket, at: at(1), wallTime: wall, longestDelay: .seconds(60))
        }
        #expect(schedule.nextDueAt == nil)
        #expect(schedule.waitingCount == 100_000)
        #expect(drain(&schedule, at: at(1)).first == share(0))
        #expect(MemoryLayout<Schedule.Item>.stride <= 32)
    }
}
