import MailSyntax
import RelayControl
import Synchronization

/// Prints the list of streams as it comes.
final class StreamListing: Sendable {
    private let isJSON: Bool
    private let now: Timestamp
    private let state = Mutex((count: 0, failure: ControlFailure?.none))

    private static let table = Table(columns: [
        Table.Column(title: "STREAM", width: 20),
        Table.Column(title: "WAITING", width: 7, isNumber: true),
        Table.Column(title: "RETRYING", width: 8, isNumber: true),
        Table.Column(title: "HELD", width: 6, isNumber: true),
        Table.Column(title: "SMART HOSTS", width: 31),
    ])

    init(isJSON: Bool, now: Timestamp) {
        self.isJSON = isJSON
        self.now = now
    }

    func add(_ line: [UInt8]) {
        if isJSON { return Output.write(line + [UInt8(ascii: "\n")]) }
        do throws(ControlFailure) {
            let stream = try ControlClient.decode(StreamDocument.self, from: line)
            let isFirst = state.withLock { state in
                state.count += 1
                return state.count == 1
            }
            if isFirst { Output.line(Self.table.header) }
            for row in rows(stream) { Output.line(row) }
        } catch {
            state.withLock { $0.failure = error }
        }
    }

    func end() throws {
        if let failure = state.withLock(\.failure) { throw failure }
    }

    func rows(_ stream: StreamDocument) -> [String] {
        let hosts = stream.isConfigured ? stream.smartHosts.joined(separator: " ") : "no longer configured"
        let row = Self.table.row([
            stream.name, String(stream.waiting), String(stream.retrying), String(stream.held), hosts,
        ])
        return [row] + (stream.paused.map { PauseLines($0, now: now).lines } ?? [])
    }
}

/// A pause as lines below its stream.
struct PauseLines {
    let lines: [String]

    init(_ pause: PauseDocument, now: Timestamp, width: Int = 80) {
        let until = pause.until.map { ", until \(Figures.moment($0))" } ?? ""
        lines =
            [
                "  "
                    + Table.clean(
                        "paused by \(pause.by) for \(Figures.age(pause.since, now: now))\(until):",
                        width: width - 2)
            ] + Table.wrapped(pause.reason, width: width, indent: 4)
    }
}
