import MailSpool
import MailSyntax
import RelayEvents
import RelaySettings
import Synchronization
import Testing

@testable import RelayDelivery

@Suite(.timeLimit(.minutes(1))) struct StreamPausesTests {
    private struct Full: Error {}

    /// What was saved.
    private final class Saved: Sendable {
        private let texts = Mutex<[String]>([])
        var last: String? { texts.withLock(\.last) }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    @Test func `no transaction begins while a stream is paused, and all go when it is resumed`() async throws
    {
        try await withDelivery { relay in
            let pauses = relay.dispatcher.plan.services.pauses
            _ = try await pauses.pause("news", by: "anna", reason: "wrong link", span: nil)
            let paused = try await relay.events.wait("stream-paused")
            #expect(paused["STREAM"] == "news" && paused["OPERATOR"] == "anna")
            #expect(paused["REASON"] == "wrong link" && paused["UNTIL"] == nil)
            let id = try await relay.submit()
            relay.time.advance(by: .seconds(3600))
            #expect(relay.hosts[0].received.isEmpty)
            #expect(relay.spool.list().map(\.id.entry) == [id])

            try await pauses.resume("news", by: "bert")
            let delivered = try await relay.events.wait("delivered")
            #expect(delivered["ATTEMPT"] == "1")
            let resumed = try await relay.events.wait("stream-resumed")
            #expect(resumed["OPERATOR"] == "bert" && resumed["DELAY_MS"] == "3600000")
        }
    }

    @Test func `the time of a pause does not count`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line == "." ? .reply("451 4.3.0 later") : nil }
        try await withDelivery([script], stream: Change { $0.expire = .seconds(300) }) { relay in
            let pauses = relay.dispatcher.plan.services.pauses
            _ = try await pauses.pause("news", by: "anna", reason: "x", span: nil)
            // A dispatcher that begins after the end of the pause knows of none.
            while !relay.dispatcher.isPaused { await Task.yield() }
            try await relay.submit()
            relay.time.advance(by: .seconds(3600))
            try await pauses.resume("news", by: "anna")
            let deferred = try await relay.events.wait("deferred")
            #expect(deferred["DELAY_MS"] == "3600000")
            #expect(relay.events.events("expired").isEmpty)
        }
    }

    @Test func `a transaction under way ends, the attempt's next one does not begin`() async throws {
        try await withDelivery(stream: Change { $0.recipientsPerMessage = 1 }) { relay in
            let pauses = relay.dispatcher.plan.services.pauses
            let pause = StreamPause(
                operatorName: "anna", reason: "x", since: relay.time.wallTime, until: nil)
            relay.hosts[0].change {
                $0.answer = { line, _ in
                    if line == "RCPT TO:<a@to.example>" { _ = pauses.begin(pause, of: "news") }
                    return nil
                }
            }
            try await relay.submit(to: ["a@to.example", "b@to.example"])
            _ = try await relay.events.wait("delivered")
            while relay.spool.list().contains(where: \.isUnderWay) { await Task.yield() }
            #expect(relay.hosts[0].received.count == 1)
            try await pauses.resume("news", by: "anna")
            _ = try await relay.events.wait("delivered", count: 2)
            #expect(relay.hosts[0].received.count == 2)
        }
    }

    @Test func `a pause ends by itself`() async throws {
        let (time, recorder, saved) = (ManualTime(), EventRecorder(), Saved())
        let log = EventLog(sink: recorder, level: .debug, tellsDialogues: false) { time.wallTime }
        let pauses = StreamPauses(events: log, clock: time.clock) { saved.add($0()) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pauses.run() }
            let pause = try await pauses.pause("news", by: "anna", reason: "x", span: .seconds(90))
            #expect(pause.until == time.wallTime + .seconds(90))
            #expect(saved.last?.hasPrefix("news\t") == true)
            while pauses["news"] != nil {
                time.advance(by: .seconds(10))
                await Task.yield()
            }
            let resumed = try await recorder.wait("stream-resumed")
            #expect(resumed["REASON"] == "time is up" && resumed["OPERATOR"] == nil)
            group.cancelAll()
            time.finish()
        }
        #expect(saved.last == "")
    }

    @Test func `a pause that cannot be remembered holds, and that is said`() async throws {
        let time = ManualTime()
        let log = EventLog(sink: EventRecorder(), level: .debug, tellsDialogues: false) { time.wallTime }
        let pauses = StreamPauses(events: log, clock: time.clock) { _ in throw Full() }
        await #expect(throws: StreamPauses.Problem.notRemembered("Full()")) {
            _ = try await pauses.pause("news", by: "anna", reason: "x", span: nil)
        }
        #expect(pauses["news"]?.reason == "x")
        await #expect(throws: StreamPauses.Problem.notPaused) { try await pauses.resume("bulk", by: "anna") }
    }
}
