import MailSpool
import MailSyntax
package import RelaySettings
import Synchronization
import Transport

/// Sends the mail of one stream: its own queue, its own connections, and no view of any other stream.
///
/// Each connection is a long-lived task on one event loop, a lane, that takes the next due share from the spool by
/// itself. Two more tasks wake lanes when something arrives in the spool and when something becomes due. When the
/// settings change, the mail stays and the plan is another: a lane ends what it is doing, closes its connections and
/// goes on under the new one.
package final class Dispatcher: Sendable {
    /// A lane without work, waiting for an order.
    struct ParkedLane {
        let holds: Set<Int>
        let since: Uptime
        let continuation: CheckedContinuation<Order, Never>
    }

    /// What a lane is told to do next.
    enum Order: Sendable {
        case work(DispatchState.Work)
        /// Close the connections: they were idle for long enough.
        case rest
        /// Close the connections and go on under this plan.
        case change(StreamPlan)
        case stop
    }

    struct Shared {
        var plan: StreamPlan
        var state: DispatchState
        /// The one that was parked last is woken first: its connection is the freshest.
        var parked: [ParkedLane] = []
    }

    let stream: String
    private let clock: DeliveryClock
    private let spool: Spool
    private let loops: EventLoops
    private let pauses: StreamPauses
    private let resolver: Resolver
    private let shared: Mutex<Shared>
    private let alarm = Alarm()
    private let stopped = Alarm()
    /// How many lanes there are to be; never fewer than before, as those without work cost next to nothing.
    private let (laneCounts, laneCount) = AsyncStream.makeStream(
        of: Int.self, bufferingPolicy: .bufferingNewest(1))
    /// Turns of the keeper of time.
    private let turns = Atomic<Int>(notBegun)

    package init(_ settings: StreamSettings, services: DeliveryServices) {
        precondition(!settings.smartHosts.isEmpty, "a stream has smart hosts")
        stream = settings.name
        (clock, spool, loops, pauses) = (services.clock, services.spool, services.loops, services.pauses)
        resolver = services.makeResolver()
        shared = Mutex(
            Shared(
                plan: StreamPlan(settings, services: services, resolver: resolver),
                state: DispatchState(
                    connectionLimit: settings.connectionLimit, smartHostCount: settings.smartHosts.count,
                    uncounted: services.uncounted.load(settings.name))))
        laneCount.yield(settings.connectionLimit)
    }

    /// The plan that new work is done under.
    var plan: StreamPlan { shared.withLock(\.plan) }

    /// Delivers until stopped; then transactions under way may end within a bound.
    package func run() async {
        let watch = pauses.watch(stream) { [weak self] in self?.obeyPause() }
        defer { pauses.leave(watch) }
        obeyPause()
        await withTaskCancellationHandler {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { await self.listen() }
                group.addTask { await self.keepTime() }
                group.addTask { await self.waitForBound() }
                let opened = await openLanes(in: &group)
                await waitForLanes(opened, in: &group)
            }
        } onCancel: {
            stop()
        }
    }

    /// No new transactions from now on.
    package func stop() {
        let parked = shared.withLock { shared in
            shared.state.isStopping = true
            defer { shared.parked = [] }
            return shared.parked
        }
        for lane in parked { lane.continuation.resume(returning: .stop) }
        laneCount.finish()
        alarm.ring()
        stopped.ring()
    }

    /// Sends by other settings from now on. Where nothing changes for this stream its connections stay; but the files
    /// it depends on, and whoever runs its smart hosts, may have changed all the same.
    package func adopt(_ settings: StreamSettings, services: DeliveryServices) {
        let now = clock.uptime()
        let (parked, hastens) = shared.withLock {
            shared -> ([(ParkedLane, StreamPlan)], DispatchState.Hastening) in
            let (old, number) = (shared.plan, shared.plan.number + 1)
            let new = StreamPlan(settings, number: number, services: services, resolver: resolver)
            guard !new.isSame(as: old) else {
                for target in old.targets { target.forgetTrust() }
                return ([], shared.state.refresh(at: now))
            }
            shared.plan = new
            let hastens = shared.state.adopt(
                new.places(in: old), connectionLimit: settings.connectionLimit, at: now)
            defer { shared.parked = [] }
            return (shared.parked.map { ($0, new) }, hastens)
        }
        for (lane, plan) in parked { lane.continuation.resume(returning: .change(plan)) }
        laneCount.yield(settings.connectionLimit)
        hasten(hastens)
        wake()
    }

    /// Whether the keeper of time has turned since this was asked before; has it turn again. For a watchdog.
    package func hasTurned() -> Bool {
        guard turns.load(ordering: .relaxed) != Self.notBegun else { return true }
        let turned = turns.exchange(0, ordering: .relaxed)
        alarm.ring()
        return turned > 0
    }

    private static let notBegun = -1

    /// Takes over whether the stream is paused; asked under the lock, so that the last answer taken is the newest.
    private func obeyPause() {
        let wallTime = clock.wallTime()
        shared.withLock { shared in
            let isPaused = pauses[stream] != nil
            changeTime(&shared) { $0.pause(isPaused, at: wallTime) }
        }
        wake()
    }

    // MARK: What lanes ask and tell

    /// No transaction may begin, an attempt that is under way included.
    var isPaused: Bool { shared.withLock(\.state.isPaused) }

    /// The next order for a lane that holds connections to these smart hosts of its plan; waits until there is one.
    func order(under plan: StreamPlan, holding holds: Set<Int>) async -> Order {
        if let order = shared.withLock({ nextOrder(&$0, plan, holds) }) { return order }
        return await withCheckedContinuation { continuation in
            let (order, wakesAt) = shared.withLock { shared -> (Order?, Uptime?) in
                if let order = nextOrder(&shared, plan, holds) { return (order, nil) }
                let now = clock.uptime()
                shared.parked.append(ParkedLane(holds: holds, since: now, continuation: continuation))
                return (nil, nextWake(shared, now: now))
            }
            if let order { return continuation.resume(returning: order) }
            if let wakesAt { alarm.set(wakesAt) }
        }
    }

    func conclude(_ ticket: Ticket, _ conclusion: DispatchState.Conclusion) {
        if conclusion == .declined { spool.decline(ticket) }
        hasten(shared.withLock { $0.state.conclude(conclusion) })
        wake()
    }

    /// How much of this time counts toward a message's own.
    func counted(from start: Timestamp, to now: Timestamp) -> Duration {
        shared.withLock { $0.state.uncounted.counted(from: start, to: now) }
    }

    /// Changes which time counts; a change is remembered beyond the process.
    func changeTime<Result>(_ shared: inout Shared, _ body: (inout DispatchState) -> Result) -> Result {
        let before = shared.state.uncounted
        let result = body(&shared.state)
        let after = shared.state.uncounted
        if after != before { shared.plan.services.uncounted.remember(stream, after) }
        return result
    }

    /// Looks at the smart hosts of a plan; nil: another one is in force.
    func look<Result>(_ plan: StreamPlan, _ body: (SmartHosts) -> Result) -> Result? {
        shared.withLock { $0.plan.number == plan.number ? body($0.state.hosts) : nil }
    }

    /// Changes what is known of a smart host; lanes that waited for that go on. What is learned under a plan that was
    /// replaced counts no more: nil.
    func change<Result: Sendable>(
        host index: Int, of plan: StreamPlan, _ body: (inout SmartHostState, Uptime) -> Result
    ) -> Result? {
        let (now, wallTime) = (clock.uptime(), clock.wallTime())
        let change = shared.withLock { shared -> (result: Result, hastens: DispatchState.Hastening)? in
            guard shared.plan.number == plan.number else { return nil }
            return changeTime(&shared) {
                $0.change(host: index, at: now, wallTime: wallTime) { body(&$0, now) }
            }
        }
        hasten(change?.hastens ?? .nothing)
        wake()
        return change?.result
    }

    // MARK: Who brings work

    private func hasten(_ hastening: DispatchState.Hastening) {
        switch hastening {
        case .nothing: break
        case .first: spool.hastenStalled(stream, onlyFirst: true)
        case .all: spool.hastenStalled(stream)
        }
    }

    /// Wakes lanes when something arrives in the spool.
    private func listen() async -> Bool {
        while !Task.isCancelled {
            await spool.nextArrival(for: stream)
            wake()
        }
        return false
    }

    /// Wakes lanes when mail is due, a smart host may be probed, or connections were idle for long enough.
    private func keepTime() async -> Bool {
        turns.store(0, ordering: .relaxed)
        while !Task.isCancelled {
            // Not by `wake`: an alarm that it rang for itself would never end.
            turns.wrappingAdd(1, ordering: .relaxed)
            let now = clock.uptime()
            let wakesAt = handOut(at: now)
            // What is due at nearly the same time is started together.
            await alarm.sleep(until: wakesAt.map { max($0, now + Limits.tick) }, clock: clock)
            sendToRest()
        }
        return false
    }

    /// Gives parked lanes what there is to do, and has the keeper of time look when there will be more.
    private func wake() {
        if let wakesAt = handOut(at: clock.uptime()) { alarm.set(wakesAt) }
    }

    /// Gives parked lanes what there is to do, the last parked first; says when there will be more.
    private func handOut(at now: Uptime) -> Uptime? {
        let (woken, wakesAt) = shared.withLock { shared -> ([(ParkedLane, Order)], Uptime?) in
            var woken: [(ParkedLane, Order)] = []
            var index = shared.parked.count - 1
            while index >= 0, let dueAt = spool.nextDueAt(for: stream), dueAt <= now {
                if let work = work(&shared, at: now, shared.parked[index].holds) {
                    woken.append((shared.parked.remove(at: index), .work(work)))
                }
                index -= 1
            }
            return (woken, nextWake(shared, now: now))
        }
        for (lane, order) in woken { lane.continuation.resume(returning: order) }
        return wakesAt
    }

    private func sendToRest() {
        let now = clock.uptime()
        let idle = shared.withLock { shared -> [ParkedLane] in
            let idle = shared.parked.filter { $0.isIdle(at: now) }
            shared.parked.removeAll { $0.isIdle(at: now) }
            return idle
        }
        for lane in idle { lane.continuation.resume(returning: .rest) }
    }

    private func nextOrder(_ shared: inout Shared, _ plan: StreamPlan, _ holds: Set<Int>) -> Order? {
        if shared.state.isStopping { return .stop }
        if shared.plan.number != plan.number { return .change(shared.plan) }
        return work(&shared, at: clock.uptime(), holds).map(Order.work)
    }

    private func work(_ shared: inout Shared, at now: Uptime, _ holds: Set<Int>) -> DispatchState.Work? {
        shared.state.work(at: now, holds: holds.contains) { prefersRetry in
            spool.take(for: stream, prefersRetry: prefersRetry)
        }
    }

    private func nextWake(_ shared: borrowing Shared, now: Uptime) -> Uptime? {
        let rest = shared.parked.lazy.filter { !$0.holds.isEmpty }.map(\.since).min().map {
            $0 + Limits.idleConnection
        }
        let nextDueAt = spool.nextDueAt(for: stream)
        return [shared.state.wakesAt(now: now, nextDueAt: nextDueAt), rest].compactMap(\.self).min()
    }

    // MARK: How it begins and ends

    /// Opens lanes as they are wanted, until the end; says how many there are.
    private func openLanes(in group: inout TaskGroup<Bool>) async -> Int {
        let executors = loops.taskExecutors
        var opened = Int(plan.services.chance() * Double(executors.count))
        let first = opened
        for await wanted in laneCounts {
            while opened - first < wanted {
                group.addTask(executorPreference: executors[opened % executors.count]) {
                    var lane = Lane(self)
                    await lane.run()
                    return true
                }
                opened += 1
            }
        }
        return opened - first
    }

    /// Returns some time after `stop`, long enough for transactions under way.
    private func waitForBound() async -> Bool {
        await stopped.sleep(until: nil, clock: clock)
        // Cancelled when all lanes have ended, which is the end of the wait too.
        try? await clock.sleepUntil(clock.uptime() + Limits.stopping)
        return false
    }

    /// The first task to end that is no lane is the bound: nothing else ends before the lanes.
    private func waitForLanes(_ count: Int, in group: inout TaskGroup<Bool>) async {
        var left = count
        while left > 0, let isLane = await group.next(), isLane { left -= 1 }
        group.cancelAll()
    }
}

extension Dispatcher.ParkedLane {
    fileprivate func isIdle(at now: Uptime) -> Bool {
        !holds.isEmpty && since + Limits.idleConnection <= now
    }
}
