import Foundation
import MailSyntax
import Synchronization
import Testing

@testable import RelayEvents

@Suite(.timeLimit(.minutes(1))) struct EventLogTests {
    private let sink = RecordingSink()

    private func log(
        level: EventLevel = .notice, tellsDialogues: Bool = false, limit: Int = 100
    ) -> EventLog {
        EventLog(sink: sink, level: level, tellsDialogues: tellsDialogues, limit: limit) { Samples.time }
    }

    @Test func `events are written in the order they were told`() {
        let log = log()
        for number in 1...50 { log.tell(.stopping(reason: "\(number)")) }
        #expect(log.close(within: .seconds(30)) == 0)
        #expect(sink.sentences == (1...50).map { "stopping: \($0)" })
    }

    @Test func `a sink that stands still blocks no teller, and what found no room is counted and told`() {
        let log = log(limit: 10)
        sink.whileBlocked {
            log.tell(.stopping(reason: "1"))
        } _: {
            for number in 2...35 { log.tell(.stopping(reason: "\(number)")) }
            #expect(sink.events.isEmpty)
        }
        #expect(log.close(within: .seconds(30)) == 0)
        #expect(
            sink.sentences == (1...10).map { "stopping: \($0)" } + [
                "25 events were not logged since 2026-11-21T09:00:00.000Z: the log did not take them in time"
            ])
        #expect(log.counters().droppedEventCount == 25)
        #expect(log.counters().count(of: .stopping) == 35)
    }

    @Test func `after a standstill events are written again`() {
        let log = log(limit: 10)
        sink.whileBlocked {
            log.tell(.stopping(reason: "first"))
        } _: {
            for _ in 2...11 { log.tell(.stopping(reason: "first")) }
        }
        while sink.events.count < 11 { sched_yield() }
        log.tell(.stopping(reason: "second"))
        #expect(log.close(within: .seconds(30)) == 0)
        #expect(sink.sentences.last == "stopping: second")
        #expect(sink.events.count == 12)
    }

    @Test func `closing does not wait for a sink that stands still, and says what is lost`() {
        let log = log(limit: 10)
        sink.whileBlocked {
            log.tell(.stopping(reason: "lost"))
        } _: {
            for _ in 2...35 { log.tell(.stopping(reason: "lost")) }
            #expect(log.close(within: .milliseconds(1)) == 35)
        }
    }

    @Test func `many tellers at once lose nothing while there is room`() async {
        let log = log(limit: 10_000)
        await withTaskGroup { group in
            for teller in 0..<8 {
                group.addTask {
                    for number in 0..<1000 { log.tell(.stopping(reason: "\(teller):\(number)")) }
                }
            }
        }
        #expect(log.close(within: .seconds(30)) == 0)
        #expect(Set(sink.sentences).count == 8000)
        for teller in 0..<8 {
            let own = sink.sentences.filter { $0.hasPrefix("stopping: \(teller):") }
            #expect(own == (0..<1000).map { "stopping: \(teller):\($0)" })
        }
    }

    @Test func `what the level leaves out is counted and not written`() {
        let log = log(level: .error)
        log.tell(.stopping(reason: "notice"))
        log.tell(.reloadFailed(reason: "error"))
        log.close(within: .seconds(30))
        #expect(sink.events.map(\.level) == [.error])
        #expect(log.counters().count(of: .stopping) == 1)
    }

    @Test(arguments: [true, false])
    func `dialogues are written when they are wanted, whatever the level`(wanted: Bool) {
        let log = log(level: .error, tellsDialogues: wanted)
        log.tell(.dialogue(Dialogue(peer: "10.1.2.3", place: "lan", isFromPeer: false, line: "220 hello")))
        log.close(within: .seconds(30))
        #expect(sink.sentences == (wanted ? ["10.1.2.3 < 220 hello"] : []))
    }

    @Test func `what is told after the end is not written`() {
        let log = log()
        log.close(within: .seconds(30))
        log.tell(.stopping(reason: "late"))
        #expect(sink.events.isEmpty)
    }

    @Test func `standard error gets a line for each event`() throws {
        let pipe = Pipe()
        let log = EventLog(
            sink: StandardErrorSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        ) { Samples.time }
        for number in 1...3 { log.tell(.stopping(reason: "\(number)")) }
        #expect(log.close(within: .seconds(30)) == 0)
        try pipe.fileHandleForWriting.close()
        let text = try #require(try pipe.fileHandleForReading.readToEnd())
        #expect(
            String(decoding: text, as: UTF8.self).split(separator: "\n").map { $0.suffix(9) } == [
                " reason=1", " reason=2", " reason=3",
            ])
    }
}
