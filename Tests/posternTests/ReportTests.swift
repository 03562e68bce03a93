import MailSyntax
import RelayControl
import Testing

@testable import postern

@Suite struct ReportTests {
    private let now = Timestamp(millisecondsSince1970: 1_795_251_600_000)
    private let earlier = "2026-11-21T08:00:00.000Z"
    private let later = "2026-11-21T09:05:00.000Z"

    @Test func `status fits a terminal and tells of trouble`() {
        let stream = StatusDocument.Stream(
            name: "a-stream-with-a-long-name", waiting: 1_234_567, retrying: 20_000, held: 3,
            deliveredLastMinute: 60_000, delivered: 5, deferred: 6, failed: 7,
            lastReply: "451 4.3.0 \u{1B}[31mcome back later, when there is more room\u{9B}",
            lastReplyAt: earlier,
            troubles: [
                StatusDocument.Trouble(
                    smartHost: "smtp.provider.example:587", kind: "login-failed",
                    reason: String(repeating: "535 5.7.8 no ", count: 20), since: earlier)
            ], oldestAcceptedAt: earlier,
            paused: PauseDocument(
                by: "root (sudo: anna)", reason: String(repeating: "wrong link ", count: 20), since: earlier,
                until: later))
        let status = StatusDocument(
            version: "0.1.0", configuration: "ab12cd34", startedAt: earlier, hasRoom: false,
            damagedEntries: 1, scannedEntries: 120_000, expectedEntries: 1_000_000, isScanComplete: false,
            droppedEvents: 12, streams: [stream])
        let lines = StatusReport(status, now: now).lines
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.allSatisfy { $0.allSatisfy { !$0.unicodeScalars.contains { $0.value < 0x20 } } })
        #expect(lines[0] == "postern 0.1.0, up 60 min, configuration ab12cd34")
        #expect(lines.contains("  paused by root (sudo: anna) for 60 min, until 2026-11-21 09:05 UTC:"))
        #expect(lines.contains("The spool is full: new mail is answered 452."))
        #expect(
            lines.contains("The queue is still being looked through: 120000 of about 1000000 messages."))
        #expect(lines.contains("  smtp.provider.example:587: login-failed for 60 min"))
        #expect(lines.contains { $0.hasPrefix("a-stream-with…  1234567     20000") })
    }

    @Test(arguments: [(24, 80), (40, 120), (10, 80), (3, 20), (1, 1)])
    func `a screen has the terminal's size, whatever there is to say`(lineCount: Int, columnCount: Int) {
        let streams = (1...12).map { number in
            StatusDocument.Stream(
                name: "stream-\(number)", waiting: 1, retrying: 0, held: 0, deliveredLastMinute: 0,
                delivered: 0, deferred: 0, failed: 0, lastReply: nil, lastReplyAt: nil, troubles: [])
        }
        let status = StatusDocument(
            version: "0.1.0", configuration: "ab12cd34", startedAt: earlier, hasRoom: true, damagedEntries: 0,
            scannedEntries: 7, expectedEntries: 7, isScanComplete: true, droppedEvents: 0, streams: streams)
        let lines = StatusScreen(
            status, failure: "the daemon cannot be reached", now: now, lineCount: lineCount,
            columnCount: columnCount, paint: .none
        ).lines
        #expect(lines.count <= max(lineCount, 2))
        #expect(lines.last?.hasPrefix("q quits") == true)
        guard lineCount >= 24 else { return }
        #expect(lines[1] == "NO ANSWER: the daemon cannot be reached")
        #expect(lines.last?.hasSuffix("09:00:00 UTC") == true && lines.last?.count == columnCount)
    }

    @Test func `colours are there only where they are wanted`() {
        #expect(Paint.none.alarm("x") == "x" && Paint(isOn: true).alarm("x") == "\u{1B}[31mx\u{1B}[0m")
    }

    @Test func `long texts are broken at blanks and cut in the end`() {
        #expect(Table.wrapped("one two three", width: 11, indent: 2) == ["  one two", "  three"])
        #expect(Table.wrapped("", width: 11, indent: 2) == ["  "])
        #expect(Table.wrapped("abcdefghij", width: 7, indent: 2) == ["  abcde", "  fghij"])
        let long = Table.wrapped(String(repeating: "word ", count: 100), width: 20, indent: 4)
        #expect(long.count == 5 && long.allSatisfy { $0.count <= 20 } && long[4].hasSuffix("…"))
    }

    @Test(arguments: [
        (0, "[....................................................................]  0/10  0 %"),
        (5, "[##################################..................................]  5/10  50 %"),
    ])
    func `a bar says how far it is`(done: Int, text: String) {
        let bar = ProgressBar.text(WalkProgress(examined: done, total: 10), width: 80)
        #expect(bar.hasSuffix(String(text.suffix(10))))
        #expect(bar.count <= 80)
        #expect(bar.count { $0 == "#" } * 10 >= bar.count { $0 == "#" || $0 == "." } * (done - 1))
    }

    @Test func `an entry tells of every share and recipient`() {
        let share = EntryDocument.Share(
            id: "0QJ5E6W3G0A1B/2", stream: "office", state: "retrying", attempts: 3, nextAttemptAt: later,
            reason: nil, heldAt: nil, rule: nil, lastReply: "451 4.3.0 later", isEdited: false,
            recipients: [
                EntryDocument.Recipient(
                    address: "c@d.example", status: "pending", reply: "451 4.3.0 later",
                    redirectedFrom: "e@f.example")
            ])
        let entry = EntryDocument(
            id: "0QJ5E6W3G0A1B", messageID: "<m@x>", parent: nil, sender: "", acceptedAt: earlier, size: 4096,
            client: "10.1.2.3", helo: "pc7", listener: "lan", user: nil, tls: nil, protocolName: "ESMTP",
            shares: [share])
        #expect(
            EntryReport(entry, now: now).lines == [
                "ID          0QJ5E6W3G0A1B", "Message-ID  <m@x>", "Sender      <>",
                "Accepted    2026-11-21T08:00:00.000Z (60 min ago)", "Size        4096 bytes",
                "Client      10.1.2.3 (pc7), ESMTP at listener lan", "",
                "Share       0QJ5E6W3G0A1B/2, stream office, retrying", "Attempts    3",
                "Next        2026-11-21T09:05:00.000Z (5 min)", "Last reply  451 4.3.0 later",
                "To          <c@d.example> (was <e@f.example>), pending", "            451 4.3.0 later",
            ])
    }

    @Test func `what keeps streams back stands below the table, each once`() {
        let refused = "login failed at smtp.example:587: 535 5.7.8 " + String(repeating: "no ", count: 40)
        let lines = QueueListing.notes(["office": "paused by anna: \u{1B}wrong link", "bulk": refused])
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.first?.hasPrefix("stream bulk waits: login failed at smtp.example:587") == true)
        #expect(lines.last == "stream office waits: paused by anna: ?wrong link")
    }

    @Test func `rows keep their columns whatever the cells hold`() {
        let table = Table(columns: [
            Table.Column(title: "ID", width: 4), Table.Column(title: "N", width: 3, isNumber: true),
            Table.Column(title: "LAST", width: 5),
        ])
        #expect(table.header == "ID      N  LAST")
        #expect(table.row(["abcdef", "7", "x"]) == "abc…    7  x")
        #expect(table.row(["é", "12345", "a\nb\u{7F}"]) == "é     12…  a?b?")
    }

    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (102_399, "99.9 KiB"), (102_400, "100 KiB"),
        (1_048_575, "1023 KiB"), (1_048_576, "1.0 MiB"), (52_428_800, "50.0 MiB"), (1 << 30, "1 GiB"),
    ])
    func `sizes are told in one figure`(byteCount: Int, text: String) {
        #expect(Figures.size(byteCount) == text)
    }

    @Test func `times are told from now`() {
        #expect(Figures.untilNext(later, now: now) == "5 min")
        #expect(Figures.untilNext(earlier, now: now) == "now")
        #expect(Figures.untilNext(nil, now: now) == "-")
        #expect(Figures.age("rubbish", now: now) == "?")
    }
}
