import MailSyntax
import Testing

@testable import RelayDelivery

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(
        delays: [.seconds(60), .seconds(300), .seconds(900)], expire: .seconds(86_400),
        warnAfter: .seconds(14_400))

    @Test(arguments: [(1, 60), (2, 300), (3, 900), (4, 900), (50, 900)])
    func `each attempt has its delay, and the last delay repeats`(attempt: Int, seconds: Int) {
        let decision = policy.decide(attemptCount: attempt, age: .seconds(1), isWarned: false, chance: 0)
        #expect(decision == .retry(after: .seconds(seconds), tells: false))
    }

    @Test func `chance makes a delay longer, by less than a tenth`() {
        #expect(policy.delay(after: 1, chance: 0.5) == .seconds(63))
        #expect(policy.delay(after: 1, chance: 0.999_999) < .seconds(66))
    }

    @Test func `mail whose time is up has expired`() {
        #expect(policy.decide(attemptCount: 9, age: .seconds(86_400), isWarned: true, chance: 0) == .expired)
        #expect(policy.decide(attemptCount: 1, age: .seconds(90_000), isWarned: false, chance: 0) == .expired)
    }

    @Test(arguments: [(86_000, 400), (85_000, 900), (86_399, 1)])
    func `the last attempt comes when the time is up`(age: Int, delay: Int) {
        let decision = policy.decide(attemptCount: 9, age: .seconds(age), isWarned: true, chance: 0)
        #expect(decision == .retry(after: .seconds(delay), tells: false))
    }

    @Test(arguments: [
        (14_399, false, false), (14_400, false, true), (20_000, false, true), (20_000, true, false),
    ])
    func `the sender is told of a delay once`(age: Int, isWarned: Bool, tells: Bool) {
        let decision = policy.decide(attemptCount: 3, age: .seconds(age), isWarned: isWarned, chance: 0)
        #expect(decision == .retry(after: .seconds(900), tells: tells))
    }

    @Test func `without warn_after nobody is told`() {
        let silent = RetryPolicy(delays: [.seconds(60)], expire: .seconds(86_400), warnAfter: .zero)
        let decision = silent.decide(attemptCount: 3, age: .seconds(80_000), isWarned: false, chance: 0)
        #expect(decision == .retry(after: .seconds(60), tells: false))
    }
}
