import ArgumentParser
import MailSyntax
import RelayControl

/// `postern status`: each stream's queue, pace and trouble.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show each stream: waiting, retrying, held, pace, last reply, trouble.",
        discussion: """
            EXAMPLES:
              postern status
              postern status --json | jq '.streams[] | select(.held > 0) | .name'
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        try await daemon.withClient { client in
            let document = try await client.status()
            if daemon.json {
                Output.write(document)
            } else {
                let status = try ControlClient.decode(StatusDocument.self, from: document)
                for line in StatusReport(status, now: WallClock.now()).lines { Output.line(line) }
            }
        }
    }
}

/// The status as lines for a person.
struct StatusReport {
    let lines: [String]

    private static let table = Table(columns: [
        Table.Column(title: "STREAM", width: 16),
        Table.Column(title: "WAITING", width: 7, isNumber: true),
        Table.Column(title: "RETRYING", width: 8, isNumber: true),
        Table.Column(title: "HELD", width: 6, isNumber: true),
        Table.Column(title: "PER MIN", width: 7, isNumber: true),
        Table.Column(title: "LAST REPLY", width: 26),
    ])

    init(_ status: StatusDocument, now: Timestamp) {
        let age = Figures.age(status.startedAt, now: now)
        var lines = ["postern \(status.version), up \(age), configuration \(status.configuration)"]
        if !status.hasRoom { lines.append("The spool is full: new mail is answered 452.") }
        if status.damagedEntries > 0 { lines.append("Damaged entries set aside: \(status.damagedEntries).") }
        if status.droppedEvents > 0 { lines.append("Events that were not logged: \(status.droppedEvents).") }
        lines += ["", Self.table.header]
        for stream in status.streams {
            lines.append(
                Self.table.row([
                    stream.name, String(stream.waiting), String(stream.retrying), String(stream.held),
                    String(stream.deliveredLastMinute), stream.lastReply ?? "-",
                ]))
            for trouble in stream.troubles {
                let since = Figures.age(trouble.since, now: now)
                lines.append(
                    "  " + Table.clean("\(trouble.smartHost): \(trouble.kind) for \(since)", width: 76))
                lines.append("    " + Table.clean(trouble.reason, width: 74))
            }
        }
        self.lines = lines
    }
}
