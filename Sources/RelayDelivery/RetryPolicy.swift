import MailSyntax
import RelaySettings

/// When mail that could not be delivered is tried again, and when its time is up.
struct RetryPolicy: Hashable, Sendable {
    enum Decision: Hashable, Sendable {
        /// Try again after this span; `tells`: the sender hears of the delay now.
        case retry(after: Duration, tells: Bool)
        case expired
    }

    /// Delays between attempts; the last one repeats.
    let delays: [Duration]
    let expire: Duration
    /// Zero: the sender is never told of a delay.
    let warnAfter: Duration

    init(_ stream: StreamSettings) {
        self.init(delays: stream.retry, expire: stream.expire, warnAfter: stream.warnAfter)
    }

    init(delays: [Duration], expire: Duration, warnAfter: Duration) {
        precondition(!delays.isEmpty, "a stream has retry delays")
        self.delays = delays
        self.expire = expire
        self.warnAfter = warnAfter
    }

    /// What becomes of mail after its attempt number `attemptCount` (from 1). `age` is the time that counts;
    /// `chance` a number in 0..<1. The last attempt comes when the time is up, not a whole delay before.
    func decide(attemptCount: Int, age: Duration, isWarned: Bool, chance: Double) -> Decision {
        guard age < expire else { return .expired }
        let delay = min(
            self.delay(after: attemptCount, chance: chance), max(expire - age, Limits.shortestDelay))
        return .retry(after: delay, tells: !isWarned && warnAfter > .zero && age >= warnAfter)
    }

    /// The delay after so many attempts (from 1), longer by up to a tenth.
    func delay(after attemptCount: Int, chance: Double) -> Duration {
        precondition(attemptCount > 0, "attempts are counted from 1")
        return lengthened(delays[min(attemptCount, delays.count) - 1], by: chance)
    }

    private func lengthened(_ delay: Duration, by chance: Double) -> Duration {
        delay + .milliseconds(Int64(Double(delay.wholeMilliseconds) * Limits.jitter * chance))
    }
}
