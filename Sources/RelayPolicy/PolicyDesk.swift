/// Where messages are judged: at once, or by threads that may read bodies or wait for programs, so that nobody else has
/// to wait. Keeps what messages leave behind for one another.
package final class PolicyDesk: Sendable {
    package let memory: PolicyMemory
    private let readers = PolicyPool(threadCountLimit: Limits.readerCount)
    private let uptime: @Sendable () -> ContinuousClock.Instant
    private let programs = PolicyPool(threadCountLimit: Limits.programCount)

    /// `uptime` is what the time for judging is taken by.
    package init(memory: PolicyMemory, uptime: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.memory = memory
        self.uptime = uptime
    }

    /// What scripts may use to judge a recipient: everybody waits for them, so they have little time.
    package var aidsForRecipients: JudgingAids {
        JudgingAids(memory: memory, clock: .init(Limits.recipientTime, uptime: uptime))
    }

    /// The verdict on a message. What a person releases has been counted before, and is no duplicate of itself.
    package func judge(_ message: JudgedMessage, by policy: Policy) async -> Verdict {
        let memory = message.occasion == .arrival ? memory : nil
        // Waiting for a thread counts.
        let aids = JudgingAids(memory: memory, clock: .init(policy.timeout, uptime: uptime))
        let judge = { @Sendable [uptime] in
            var watch = PolicyStopwatch(policy.statistics, uptime: uptime)
            defer { watch.finish() }
            return policy.judge(message, aids) { watch.see($0) }
        }
        switch policy.place {
        case .here: return judge()
        case .readers: return await readers.run(judge)
        case .programs: return await programs.run(judge)
        }
    }
}
