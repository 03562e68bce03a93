import Testing

@testable import RelayDelivery

@Suite struct DispatchStateTests {
    private let silence = Trouble(.unreachable, reason: "timed out")
    private let login = Trouble(.login, reason: "no")

    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1000) }

    private func item(_ due: Int64 = 0, attempts: Int = 0, waits: Bool = false) -> Schedule.Item {
        Schedule.Item(share(1), dueAt: at(due), attemptCount: attempts, waitsForSmartHost: waits)
    }

    /// A stream of one smart host with one share that is due.
    private func state(_ trouble: Trouble? = nil) -> DispatchState {
        var state = DispatchState(connectionLimit: 4, smartHostCount: 1)
        state.schedule.admit(item(), at: at(0))
        if let trouble { fail(&state, trouble) }
        return state
    }

    private func fail(_ state: inout DispatchState, _ trouble: Trouble) {
        _ = state.change(host: 0, at: at(0)) { $0.failed(trouble, at: at(0)) { _ in .seconds(60) } }
    }

    private func work(_ state: inout DispatchState, _ seconds: Int64) -> DispatchState.Work? {
        state.work(at: at(seconds)) { _ in false }
    }

    @Test func `mail that is due is attempted`() {
        var state = state()
        #expect(work(&state, 0) == .attempt(item()))
        #expect(work(&state, 0) == nil)
    }

    @Test func `behind a host that cannot be reached mail is deferred, until a probe is due`() {
        var state = state(silence)
        #expect(work(&state, 1) == .deferral(item(), silence))
        state.conclude(item(), .putBack, at: at(1))
        #expect(work(&state, 60) == .attempt(item()))
    }

    @Test func `behind a login trouble mail waits for the probe, and the time does not count`() {
        var state = state(login)
        #expect(work(&state, 1) == nil)
        #expect(state.wakesAt(now: at(1)) == at(60))
        #expect(state.uncounted.counted(of: .seconds(60), at: at(60)) == .zero)
        state.change(host: 0, at: at(60)) { $0.opening(at: at(60)) }
        _ = state.change(host: 0, at: at(60)) { $0.proved(at: at(60)) }
        #expect(state.uncounted.counted(of: .seconds(100), at: at(100)) == .seconds(40))
        #expect(work(&state, 60) == .attempt(item()))
    }

    @Test func `a share that was deferred for want of a smart host is due once one is well`() {
        var state = state(silence)
        _ = work(&state, 1)
        let later = item(300, attempts: 1, waits: true)
        state.conclude(item(), .later(later), at: at(1))
        #expect(work(&state, 59) == nil)
        state.change(host: 0, at: at(60)) { $0.opening(at: at(60)) }
        _ = state.change(host: 0, at: at(61)) { $0.proved(at: at(61)) }
        #expect(work(&state, 61) == .attempt(later))
    }

    @Test func `also when it became well while the share was being settled`() {
        var state = state()
        _ = work(&state, 0)
        state.conclude(item(), .later(item(300, attempts: 1, waits: true)), at: at(1))
        #expect(work(&state, 1) == .attempt(item(1, attempts: 1, waits: true)))
    }

    @Test func `a stream that stops starts nothing`() {
        var state = state()
        state.isStopping = true
        #expect(work(&state, 0) == nil)
        #expect(state.wakesAt(now: at(0)) == nil)
    }
}
