import ArgumentParser
import MailSyntax
import RelayControl

/// `postern status`: each stream's queue, pace and trouble.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show each stream: waiting, retrying, held, pace, last reply, pause and trouble.",
        discussion: """
            EXAMPLES:
              postern status
              postern status --watch
              postern status --json | jq '.streams[] | select(.held > 0) | .name'
            """)

    @OptionGroup var daemon: DaemonOptions

    @Flag(help: "Show it on the whole terminal, anew each second, until q.")
    var watch = false

    func validate() throws {
        if watch && daemon.json { throw ValidationError("--watch is for people; --json prints once.") }
    }

    func run() async throws {
        if watch, !TerminalScreen.isThere {
            throw CommandFailure(
                text: "--watch needs a terminal; without one, run status by itself", exitCode: 2)
        }
        try await daemon.withClient { client in
            if watch { return try await StatusWatch(client: client).run() }
            let document = try await client.status()
            if daemon.json {
                Output.write(document)
            } else {
                let status = try ControlClient.decode(StatusDocument.self, from: document)
                let report = StatusReport(status, now: WallClock.now(), width: Output.width, paint: .output)
                for line in report.lines { Output.line(line) }
            }
        }
    }
}

/// The status as lines for a person.
struct StatusReport {
    let lines: [String]

    /// `width` characters fit a line; the last reply gets what is left of them.
    init(_ status: StatusDocument, now: Timestamp, width: Int = 80, paint: Paint = .none) {
        let table = Self.table(width)
        let age = Figures.age(status.startedAt, now: now)
        var lines = ["postern \(status.version), up \(age), configuration \(status.configuration)"]
        if !status.isScanComplete {
            let progress = "\(status.scannedEntries) of about \(status.expectedEntries) messages"
            lines.append(paint.notice("The queue is still being looked through: \(progress)."))
        }
        if !status.hasRoom { lines.append(paint.alarm("The spool is full: new mail is answered 452.")) }
        if status.damagedEntries > 0 {
            lines.append(paint.alarm("Damaged entries set aside: \(status.damagedEntries)."))
        }
        if status.droppedEvents > 0 {
            lines.append(paint.notice("Events that were not logged: \(status.droppedEvents)."))
        }
        lines += ["", paint.title(table.header)]
        for stream in status.streams {
            lines.append(
                table.row([
                    stream.name, String(stream.waiting), String(stream.retrying), String(stream.held),
                    stream.oldestAcceptedAt.map { Figures.age($0, now: now) } ?? "-",
                    String(stream.deliveredLastMinute), stream.lastReply ?? "-",
                ]))
            lines += Self.remarks(stream, now: now, width: width, paint)
        }
        self.lines = lines
    }

    /// What stands below a stream: its pause, and the smart hosts that it cannot use.
    private static func remarks(
        _ stream: StatusDocument.Stream, now: Timestamp, width: Int, _ paint: Paint
    ) -> [String] {
        let pause = stream.paused.map { PauseLines($0, now: now, width: width).lines.map(paint.notice) } ?? []
        let full = "  full: new mail is answered 452, \(stream.turnedAway) times so far"
        return pause + (stream.isFull ? [paint.alarm(full)] : [])
            + stream.troubles.flatMap { trouble in
                let since = Figures.age(trouble.since, now: now)
                return [
                    "  " + Table.clean("\(trouble.smartHost): \(trouble.kind) for \(since)", width: width - 2)
                ] + Table.wrapped(trouble.reason, width: width, indent: 4)
            }.map(paint.alarm)
    }

    private static func table(_ width: Int) -> Table {
        let columns = [
            Table.Column(title: "STREAM", width: 14),
            Table.Column(title: "WAITING", width: 7, isNumber: true),
            Table.Column(title: "RETRYING", width: 8, isNumber: true),
            Table.Column(title: "HELD", width: 5, isNumber: true),
            Table.Column(title: "OLDEST", width: 7, isNumber: true),
            Table.Column(title: "PER MIN", width: 7, isNumber: true),
        ]
        let taken = columns.reduce(0) { $0 + $1.width + 2 }
        return Table(columns: columns + [Table.Column(title: "LAST REPLY", width: max(width - taken, 10))])
    }
}
