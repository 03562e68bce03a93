import MailSyntax
import Testing

@testable import RelayDelivery

@Suite struct DispatchStateTests {
    private let silence = Trouble(.unreachable, reason: "timed out")
    private let login = Trouble(.login, reason: "no")

    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1000) }

    private func wall(_ seconds: Int64) -> Timestamp { Timestamp(millisecondsSince1970: seconds * 1000) }

    /// The seconds that count of so many since 0.
    private func counted(_ state: DispatchState, _ seconds: Int64) -> Duration {
        state.uncounted.counted(from: wall(0), to: wall(seconds))
    }

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
        change(&state, 0) { _ = $0.failed(trouble, at: at(0)) { _ in .seconds(60) } }
    }

    private func change(
        _ state: inout DispatchState, _ seconds: Int64, _ body: (inout SmartHostState) -> Void
    ) {
        state.change(host: 0, at: at(seconds), wallTime: wall(seconds), body)
    }

    private func open(_ state: inout DispatchState, _ seconds: Int64) {
        change(&state, seconds) { $0.opening(at: at(seconds)) }
    }

    private func prove(_ state: inout DispatchState, _ seconds: Int64) {
        change(&state, seconds) { _ = $0.proved(at: at(seconds)) }
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
        #expect(counted(state, 60) == .zero)
        open(&state, 60)
        prove(&state, 60)
        #expect(counted(state, 100) == .seconds(40))
        #expect(work(&state, 60) == .attempt(item()))
    }

    @Test func `a span from before the start goes on until mail is taken`() {
        var before = UncountedTime()
        before.begin(.trouble, at: wall(0))
        var state = DispatchState(connectionLimit: 4, smartHostCount: 1, uncounted: before)
        open(&state, 60)
        change(&state, 70) { $0.opened() }
        #expect(counted(state, 80) == .zero)
        prove(&state, 80)
        #expect(counted(state, 100) == .seconds(20))
    }

    @Test func `a span from before the start ends where the mail has to bear the trouble`() {
        var before = UncountedTime()
        before.begin(.trouble, at: wall(0))
        var state = DispatchState(connectionLimit: 4, smartHostCount: 1, uncounted: before)
        change(&state, 60) { _ = $0.failed(silence, at: at(60)) { _ in .seconds(60) } }
        #expect(counted(state, 100) == .seconds(40))
    }

    @Test func `a share that was deferred for want of a smart host is due once one is well`() {
        var state = state(silence)
        _ = work(&state, 1)
        let later = item(300, attempts: 1, waits: true)
        state.conclude(item(), .later(later), at: at(1))
        #expect(work(&state, 59) == nil)
        open(&state, 60)
        prove(&state, 61)
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
