import MailSpool
import MailSyntax
import Testing

@testable import RelayDelivery

/// A share made of a number, for tests that only tell shares apart.
func share(_ number: UInt64) -> ShareID { ShareID(entry: QueueID(number), number: 1) }

/// A ticket for it.
func ticket(_ number: UInt64, attempts: Int = 0) -> Ticket {
    Ticket(
        share: share(number), attemptCount: attempts, acceptedAt: Timestamp(millisecondsSince1970: 0),
        isRecovered: false)
}

/// New mail and retries that are due, each in its order.
struct DueMail {
    var fresh: [Ticket] = []
    var retries: [Ticket] = []

    mutating func take(_ prefersRetry: Bool) -> Ticket? {
        let takesRetry = prefersRetry ? !retries.isEmpty : fresh.isEmpty
        if takesRetry { return retries.isEmpty ? nil : retries.removeFirst() }
        return fresh.isEmpty ? nil : fresh.removeFirst()
    }
}

@Suite struct ScheduleTests {
    @Test func `new mail and retries take turns`() {
        var schedule = Schedule(limit: 10)
        var mail = DueMail(
            fresh: [1, 2, 3].map { ticket($0) }, retries: [11, 12].map { ticket($0, attempts: 2) })
        var shares: [ShareID] = []
        while let ticket = schedule.next({ mail.take($0) }) { shares.append(ticket.share) }
        #expect(shares == [1, 11, 2, 12, 3].map { share($0) })
    }

    @Test func `no more are under way than allowed`() {
        var schedule = Schedule(limit: 2)
        var mail = DueMail(fresh: (1...3).map { ticket($0) })
        _ = schedule.next { mail.take($0) }
        _ = schedule.next { mail.take($0) }
        let beyond = schedule.next { mail.take($0) }
        #expect(beyond == nil && !schedule.hasRoom)
        schedule.ended()
        let third = schedule.next { mail.take($0) }
        #expect(third == ticket(3))
    }
}
