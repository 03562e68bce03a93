import MailSpool
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

    /// A stream of one smart host.
    private func state(_ trouble: Trouble? = nil) -> DispatchState {
        var state = DispatchState(connectionLimit: 4, smartHostCount: 1)
        if let trouble { fail(&state, trouble) }
        return state
    }

    private func fail(_ state: inout DispatchState, _ trouble: Trouble) {
        change(&state, 0) { _ = $0.failed(trouble, at: at(0)) { _ in .seconds(60) } }
    }

    @discardableResult
    private func change(
        _ state: inout DispatchState, _ seconds: Int64, _ body: (inout SmartHostState) -> Void
    ) -> Bool {
        state.change(host: 0, at: at(seconds), wallTime: wall(seconds), body).hastens == .all
    }

    @discardableResult
    private func open(_ state: inout DispatchState, _ seconds: Int64) -> Bool {
        change(&state, seconds) { $0.opening(at: at(seconds)) }
    }

    @discardableResult
    private func prove(_ state: inout DispatchState, _ seconds: Int64) -> Bool {
        change(&state, seconds) { _ = $0.proved(at: at(seconds)) }
    }

    /// With one share that is due.
    private func work(_ state: inout DispatchState, _ seconds: Int64) -> DispatchState.Work? {
        state.work(at: at(seconds), holds: { _ in false }, { _ in ticket(1) })
    }

    @Test func `mail that is due is attempted`() {
        var state = state()
        #expect(work(&state, 0) == .attempt(ticket(1)))
        let idle = state.work(at: at(0), holds: { _ in false }, { _ in nil })
        #expect(idle == nil)
    }

    @Test func `behind a host that cannot be reached mail is deferred, until a probe is due`() {
        var state = state(silence)
        #expect(work(&state, 1) == .deferral(ticket(1), silence))
        let hastens = state.conclude(.stalled)
        #expect(hastens == .nothing)
        #expect(work(&state, 60) == .attempt(ticket(1)))
    }

    @Test func `behind a login trouble mail waits for the probe, and the time does not count`() {
        var state = state(login)
        #expect(work(&state, 1) == nil)
        #expect(state.wakesAt(now: at(1), nextDueAt: at(0)) == at(60))
        #expect(counted(state, 60) == .zero)
        open(&state, 60)
        prove(&state, 60)
        #expect(counted(state, 100) == .seconds(40))
        #expect(work(&state, 60) == .attempt(ticket(1)))
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

    @Test func `what was deferred for want of a smart host is due once one is well`() {
        var state = state(silence)
        let isOpen = open(&state, 60)
        let isProved = prove(&state, 61)
        #expect(!isOpen && isProved)
    }

    @Test func `also when it became well while the share was being settled`() {
        var state = state()
        _ = work(&state, 0)
        let hastens = state.conclude(.stalled)
        _ = work(&state, 0)
        let alsoHastens = state.conclude(.settled)
        #expect(hastens == .all && alsoHastens == .nothing)
    }

    @Test func `it wakes when the next is due, and not at all while nothing waits or all is under way`() {
        var state = DispatchState(connectionLimit: 1, smartHostCount: 1)
        #expect(state.wakesAt(now: at(0), nextDueAt: at(9)) == at(9))
        #expect(state.wakesAt(now: at(0), nextDueAt: nil) == nil)
        _ = work(&state, 0)
        #expect(state.wakesAt(now: at(0), nextDueAt: at(9)) == nil)
    }

    @Test func `a stream that stops starts nothing`() {
        var state = state()
        state.isStopping = true
        #expect(work(&state, 0) == nil)
        #expect(state.wakesAt(now: at(0), nextDueAt: at(0)) == nil)
    }
}
