import Foundation
import MailSyntax
import RelayEvents
import Synchronization
import SystemdBridge
import Testing

/// The writer as a sink whose thread lives in the private journal's namespace.
private final class PrivateJournalSink: EventSink {
    private let enter: @Sendable () -> Void
    private let hasEntered = Mutex(false)

    init(enter: @escaping @Sendable () -> Void) { self.enter = enter }

    func write(_ events: [EventFields]) {
        hasEntered.withLock { hasEntered in
            if !hasEntered { enter() }
            hasEntered = true
        }
        for event in events { JournalWriter().send(event.bytes, fields: event.places.map(\.whole)) }
    }
}

@Suite(.serialized, .enabled(if: PrivateJournal.isPossible), .timeLimit(.minutes(1))) struct JournalTests {
    private let time = Timestamp(millisecondsSince1970: 1_795_251_600_000)

    private func log(in journal: PrivateJournal) -> EventLog {
        nonisolated(unsafe) let journal = journal
        return EventLog(sink: PrivateJournalSink { journal.enter() }) { [time] in time }
    }

    private func journal() throws -> PrivateJournal {
        let top = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try PrivateJournal(catalog: top.appending(path: "packaging/postern.catalog"))
    }

    private var failure: Event {
        .failed(
            Delivery(
                id: "0QJ5E6W3G0A1B", share: 1, stream: "office", sender: nil,
                recipient: Address(localPart: "bért", domain: "partner.example"), attemptCount: 2,
                reply: "550 5.1.1 no such user"))
    }

    @Test func `an event is found in the journal by its fields, with the catalog's text`() throws {
        let journal = try journal()
        let log = log(in: journal)
        log.tell(failure)
        log.tell(.stopping(reason: "SIGTERM"))
        #expect(log.close(within: .seconds(30)) == 0)

        let line = try journal.journalctl("POSTERN_ID=0QJ5E6W3G0A1B", "-o", "json", "--all")
        let entry = try JSONDecoder().decode([String: String?].self, from: Data(line.utf8))
        let expected = [
            "MESSAGE": "failed 0QJ5E6W3G0A1B to <bért@partner.example>: 550 5.1.1 no such user",
            "PRIORITY": "5",
            "MESSAGE_ID": EventKind.failed.messageID, "SYSLOG_IDENTIFIER": "postern", "SYSLOG_FACILITY": "2",
            "POSTERN_EVENT": "failed", "POSTERN_STREAM": "office", "POSTERN_SENDER": "<>",
            "POSTERN_RECIPIENT": "bért@partner.example", "POSTERN_ATTEMPT": "2",
        ]
        for (name, value) in expected { #expect(entry[name] == value) }
        // Where in the C code it was sent from is nobody's business.
        #expect(!entry.keys.contains { $0.hasPrefix("CODE_") })

        let explained = try journal.journalctl("-x", "POSTERN_EVENT=failed")
        #expect(explained.contains("Subject: Message 0QJ5E6W3G0A1B failed for bért@partner.example"))
        #expect(try journal.journalctl("-o", "cat", "POSTERN_EVENT=stopping") == "stopping: SIGTERM\n")
    }

    @Test func `a journald that stands still delays nobody, and in the end the journal adds up`() throws {
        let journal = try journal()
        let log = log(in: journal)
        log.tell(.stopping(reason: "the thread has entered"))
        while try journal.journalctl("-o", "cat").isEmpty {}
        journal.signal("STOP")
        for _ in 0..<30_000 { log.tell(failure) }
        #expect(log.counters().count(of: .failed) == 30_000)
        journal.signal("CONT")
        #expect(log.close(within: .seconds(50)) == 0)

        let written = try journal.journalctl("-o", "cat", "POSTERN_EVENT=failed").split(separator: "\n").count
        let dropped = try journal.journalctl("-o", "cat", "POSTERN_EVENT=events-dropped")
            .split(separator: "\n").compactMap { Int($0.prefix { $0 != " " }) }.reduce(0, +)
        #expect(dropped > 0)
        #expect(written + dropped == 30_000)
        #expect(log.counters().droppedEventCount == dropped)
    }
}
