import MailSyntax
import Testing

@testable import RelayDelivery

@Suite struct VerdictTests {
    private let later = RetryPolicy.Decision.retry(after: .seconds(60), tells: true)

    private func ledger(_ fates: [Outcome.Fate?], counts: Bool = true) -> Ledger {
        var ledger = Ledger(count: fates.count)
        for (place, fate) in fates.enumerated() {
            guard let fate else { continue }
            let result = Outcome.Result(fate, status: EnhancedStatus(4, 0, 0), reason: "")
            ledger.enter(Finding(result, counts: counts), for: [place])
        }
        return ledger
    }

    private func verdict(
        _ fates: [Outcome.Fate?], counts: Bool = true, _ decision: RetryPolicy.Decision? = nil
    ) -> Verdict {
        Verdict(ledger(fates, counts: counts), attemptsBefore: 2) { attemptCount in
            #expect(attemptCount == 3)
            return decision ?? later
        }
    }

    @Test func `each recipient has its own fate`() {
        let verdict = verdict([.delivered, .failed, .retry, .again, .uncertain, nil])
        #expect(verdict.fates == [.delivered, .failed, .deferred, .deferred, .uncertain, nil])
        #expect(verdict.delay == .seconds(60))
        #expect(verdict.tellsDelay)
        #expect(verdict.attemptCount == 3)
    }

    @Test func `when the time is up all that wait have expired`() {
        let verdict = verdict([.delivered, .retry, .uncertain], .expired)
        #expect(verdict.fates == [.delivered, .expired, .expired])
        #expect(verdict.delay == nil)
    }

    @Test(arguments: [nil, RetryPolicy.Decision.expired])
    func `where the uncertain is held nobody is tried again, and no perhaps is reported as lost`(
        decision: RetryPolicy.Decision?
    ) {
        var verdict = Verdict(
            ledger([.delivered, .failed, .retry, .uncertain]), attemptsBefore: 0, holdsUncertain: true
        ) { _ in decision ?? later }
        let waiting: Verdict.Fate = decision == nil ? .deferred : .expired
        #expect(verdict.isHeld && verdict.fates == [.delivered, .failed, waiting, .uncertain])
        #expect(verdict.delay == nil && !verdict.tellsDelay)
        verdict.postponeFailures(by: .seconds(60))
        #expect(verdict.delay == nil)
        let certain = Verdict(ledger([.retry]), attemptsBefore: 0, holdsUncertain: true) { _ in later }
        #expect(!certain.isHeld && certain.delay == .seconds(60))
    }

    @Test func `without anybody waiting there is no next attempt`() {
        let verdict = verdict([.delivered, .failed])
        #expect(verdict.delay == nil)
        #expect(verdict.attemptCount == 3)
    }

    @Test func `an attempt that does not count leaves those that wait untouched`() {
        #expect(verdict([.retry, .retry], counts: false).isEmpty)
        let partly = verdict([.delivered, .retry], counts: false)
        #expect(partly.fates == [.delivered, .untouched])
        #expect(partly.attemptCount == 2)
        #expect(partly.delay == .zero)
    }

    @Test func `a failure that cannot be reported waits on`() {
        var verdict = verdict([.delivered, .failed])
        verdict.postponeFailures(by: .seconds(60))
        #expect(verdict.fates == [.delivered, .untouched])
        #expect(verdict.delay == .seconds(60))
    }
}
