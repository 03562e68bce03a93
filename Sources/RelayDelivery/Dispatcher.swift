import MailSpool
import MailSyntax
package import RelaySettings
import Synchronization
import Transport

/// Sends the mail of one stream: its own queue, its own connections, and no view of any other stream.
///
/// Each connection is a long-lived task on one event loop, a lane, that takes the next due share by itself. Two
/// more tasks bring what arrives in the spool and what becomes due.
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
        case stop
    }

    struct Shared {
        var state: DispatchState
        /// The one that was parked last is woken first: its connection is the freshest.
        var parked: [ParkedLane] = []
    }

    let plan: StreamPlan
    let services: DeliveryServices
    private let shared: Mutex<Shared>
    private let alarm = Alarm()
    private let stopped = Alarm()

    package init(_ stream: StreamSettings, services: DeliveryServices) {
        precondition(!stream.smartHosts.isEmpty, "a stream has smart hosts")
        plan = StreamPlan(stream, services: services)
        self.services = services
        shared = Mutex(
            Shared(
                state: DispatchState(
                    connectionLimit: stream.connectionLimit, smartHostCount: stream.smartHosts.count,
                    uncounted: services.uncounted.load(stream.name))))
    }

    /// Delivers until stopped; then transactions under way may end within a bound.
    package func run() async {
        let watch = services.pauses.watch(plan.stream.name) { [weak self] in self?.obeyPause() }
        defer { services.pauses.leave(watch) }
        obeyPause()
        await withTaskCancellationHandler {
            await withTaskGroup(of: Bool.self) { group in
                let executors = services.loops.taskExecutors
                let offset = Int(services.chance() * Double(executors.count))
                let laneCount = plan.stream.connectionLimit
                for number in 0..<laneCount {
                    group.addTask(executorPreference: executors[(number + offset) % executors.count]) {
                        await Lane(self).run()
                        return true
                    }
                }
                group.addTask { await self.feed() }
                group.addTask { await self.keepTime() }
                group.addTask { await self.waitForBound() }
                await waitForLanes(laneCount, in: &group)
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
        alarm.ring()
        stopped.ring()
    }

    /// Takes over whether the stream is paused; asked under the lock, so that the last answer taken is the newest.
    private func obeyPause() {
        let wallTime = services.clock.wallTime()
        shared.withLock { shared in
            let isPaused = services.pauses[plan.stream.name] != nil
            changeTime(&shared) { $0.pause(isPaused, at: wallTime) }
        }
        wake()
    }

    // MARK: What lanes ask and tell

    /// No transaction may begin, an attempt that is under way included.
    var isPaused: Bool { shared.withLock(\.state.isPaused) }

    /// The next order for a lane that holds connections to these smart hosts; waits until there is one.
    func order(holding holds: Set<Int>) async -> Order {
        if let order = shared.withLock({ nextOrder(&$0, holds) }) { return order }
        return await withCheckedContinuation { continuation in
            let (order, wakesAt) = shared.withLock { shared -> (Order?, Uptime?) in
                if let order = nextOrder(&shared, holds) { return (order, nil) }
                let now = services.clock.uptime()
                shared.parked.append(ParkedLane(holds: holds, since: now, continuation: continuation))
                return (nil, nextWake(shared, now: now))
            }
            if let order { return continuation.resume(returning: order) }
            if let wakesAt { alarm.set(wakesAt) }
        }
    }

    func conclude(_ item: Schedule.Item, _ conclusion: DispatchState.Conclusion) {
        let now = services.clock.uptime()
        shared.withLock { $0.state.conclude(item, conclusion, at: now) }
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
        if after != before { services.uncounted.remember(plan.stream.name, after) }
        return result
    }

    /// Looks at the smart hosts.
    func look<Result>(_ body: (SmartHosts, Uptime) -> Result) -> Result {
        shared.withLock { body($0.state.hosts, services.clock.uptime()) }
    }

    /// Changes what is known of a smart host; lanes that waited for that go on.
    func change<Result: Sendable>(
        host index: Int, _ body: (inout SmartHostState, Uptime) -> Result
    ) -> Result {
        let (now, wallTime) = (services.clock.uptime(), services.clock.wallTime())
        let result = shared.withLock { shared in
            changeTime(&shared) { $0.change(host: index, at: now, wallTime: wallTime) { body(&$0, now) } }
        }
        wake()
        return result
    }

    // MARK: Who brings work

    /// Brings what arrives in the spool.
    private func feed() async -> Bool {
        let stream = plan.stream.name
        while !Task.isCancelled {
            let tickets = services.spool.arrivals(for: stream)
            guard tickets.isEmpty else {
                admit(tickets)
                continue
            }
            await services.spool.nextArrival(for: stream)
        }
        return false
    }

    private func admit(_ tickets: [Ticket]) {
        let (now, wallTime) = (services.clock.uptime(), services.clock.wallTime())
        shared.withLock { shared in
            for ticket in tickets {
                shared.state.schedule.admit(
                    ticket, at: now, wallTime: wallTime, longestDelay: plan.retry.longestDelay)
            }
        }
        wake()
    }

    /// Wakes lanes when mail is due, a smart host may be probed, or connections were idle for long enough.
    private func keepTime() async -> Bool {
        while !Task.isCancelled {
            // Not by `wake`: an alarm that it rang for itself would never end.
            let now = services.clock.uptime()
            let wakesAt = handOut(at: now)
            // What is due at nearly the same time is started together.
            await alarm.sleep(until: wakesAt.map { max($0, now + Limits.tick) }, clock: services.clock)
            sendToRest()
        }
        return false
    }

    /// Gives parked lanes what there is to do, and has the keeper of time look when there will be more.
    private func wake() {
        if let wakesAt = handOut(at: services.clock.uptime()) { alarm.set(wakesAt) }
    }

    /// Gives parked lanes what there is to do, the last parked first; says when there will be more.
    private func handOut(at now: Uptime) -> Uptime? {
        let (woken, wakesAt) = shared.withLock { shared -> ([(ParkedLane, Order)], Uptime?) in
            var woken: [(ParkedLane, Order)] = []
            var index = shared.parked.count - 1
            while index >= 0, shared.state.schedule.hasWork(at: now) {
                let holds = shared.parked[index].holds
                if let work = shared.state.work(at: now, holds: holds.contains) {
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
        let now = services.clock.uptime()
        let idle = shared.withLock { shared -> [ParkedLane] in
            let idle = shared.parked.filter { $0.isIdle(at: now) }
            shared.parked.removeAll { $0.isIdle(at: now) }
            return idle
        }
        for lane in idle { lane.continuation.resume(returning: .rest) }
    }

    private func nextOrder(_ shared: inout Shared, _ holds: Set<Int>) -> Order? {
        if shared.state.isStopping { return .stop }
        return shared.state.work(at: services.clock.uptime(), holds: holds.contains).map(Order.work)
    }

    private func nextWake(_ shared: borrowing Shared, now: Uptime) -> Uptime? {
        let rest = shared.parked.lazy.filter { !$0.holds.isEmpty }.map(\.since).min().map {
            $0 + Limits.idleConnection
        }
        return [shared.state.wakesAt(now: now), rest].compactMap(\.self).min()
    }

    // MARK: How it ends

    /// Returns some time after `stop`, long enough for transactions under way.
    private func waitForBound() async -> Bool {
        await stopped.sleep(until: nil, clock: services.clock)
        // Cancelled when all lanes have ended, which is the end of the wait too.
        try? await services.clock.sleepUntil(services.clock.uptime() + Limits.stopping)
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
