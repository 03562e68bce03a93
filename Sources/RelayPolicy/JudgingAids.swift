/// What judging may use beside the message.
package struct JudgingAids: Sendable {
    /// The time for all of it.
    package struct Clock: Sendable {
        package let uptime: @Sendable () -> ContinuousClock.Instant
        package let deadline: ContinuousClock.Instant

        /// So much time from now on.
        package init(_ span: Duration, uptime: @escaping @Sendable () -> ContinuousClock.Instant) {
            self.uptime = uptime
            deadline = uptime() + span
        }

        /// What is left.
        var left: Duration { deadline - uptime() }
    }

    /// What earlier messages left behind; nil: nothing.
    package var memory: PolicyMemory?
    /// nil: scripts have all the time they want, and can run no programs.
    package var clock: Clock?

    package init(memory: PolicyMemory? = nil, clock: Clock? = nil) {
        self.memory = memory
        self.clock = clock
    }
}
