import ArgumentParser
import MailSyntax
import RelayControl
import Synchronization

/// Prints a queue listing as it comes: the daemon's own lines, or rows of a table.
final class QueueListing: Sendable {
    private struct State {
        var count = 0
        var failure: ControlFailure?
        /// By stream, what keeps its mail back.
        var reasons: [String: String] = [:]
    }

    private let isJSON: Bool
    private let now: Timestamp
    private let state = Mutex(State())
    private let bar = ProgressBar()

    private static let table = Table(columns: [
        Table.Column(title: "ID", width: 16),
        Table.Column(title: "STREAM", width: 14),
        Table.Column(title: "STATE", width: 8),
        Table.Column(title: "AGE", width: 7, isNumber: true),
        Table.Column(title: "SIZE", width: 8, isNumber: true),
        Table.Column(title: "TRIES", width: 5, isNumber: true),
        Table.Column(title: "NEXT", width: 7, isNumber: true),
    ])

    init(isJSON: Bool, now: Timestamp) {
        self.isJSON = isJSON
        self.now = now
    }

    func add(_ line: [UInt8]) {
        if bar.take(line) { return }
        bar.clear()
        if isJSON {
            Output.write(line + [UInt8(ascii: "\n")])
            return
        }
        do throws(ControlFailure) {
            let share = try ControlClient.decode(ShareDocument.self, from: line)
            let isFirst = state.withLock { state in
                state.count += 1
                let isOnItsWay = share.state != .held && share.state != .failed
                if isOnItsWay, let reason = share.reason { state.reasons[share.stream] = reason }
                return state.count == 1
            }
            if isFirst { Output.line(Self.table.header) }
            for row in rows(share) { Output.line(row) }
        } catch {
            state.withLock { $0.failure = error }
        }
    }

    func end() throws {
        bar.clear()
        let state = state.withLock { $0 }
        if let failure = state.failure { throw failure }
        if state.count == 0 && !isJSON { Output.line("Nothing is queued.") }
        for line in Self.notes(state.reasons) { Output.line(line) }
    }

    /// What keeps whole streams back stands once, below the table.
    static func notes(_ reasons: [String: String]) -> [String] {
        reasons.sorted { $0.key < $1.key }.flatMap { stream, reason in
            Table.wrapped("stream \(stream) waits: \(reason)", width: 80, indent: 0)
        }
    }

    private func rows(_ share: ShareDocument) -> [String] {
        let row = Self.table.row([
            share.id, share.stream, share.state.rawValue, Figures.age(share.acceptedAt, now: now),
            Figures.size(share.size), String(share.attempts),
            Figures.untilNext(share.nextAttemptAt, now: now),
        ])
        guard let recipients = share.recipients else { return [row] }
        return [row, "    from <\(Table.clean(share.sender ?? ""))>"]
            + recipients.map { "    to <\(Table.clean($0))>" }
    }
}

/// Counts what comes.
final class Tally: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() { value.withLock { $0 += 1 } }
}

/// Prints what became of each share.
final class ActionReport: Sendable {
    private let isJSON: Bool
    private let hasErrors = Mutex(false)
    private let doneCount = Tally()
    private let bar = ProgressBar()

    init(isJSON: Bool) { self.isJSON = isJSON }

    func add(_ line: [UInt8]) {
        if bar.take(line) { return }
        bar.clear()
        doneCount.add()
        // A line that cannot be read says nothing of having been done.
        let done =
            (try? ControlClient.decode(ActionDocument.self, from: line))
            ?? ActionDocument(id: "?", error: "?")
        if done.result == nil { hasErrors.withLock { $0 = true } }
        if isJSON {
            Output.write(line + [UInt8(ascii: "\n")])
        } else if let result = done.result {
            Output.line(Table.clean("\(result) \(done.id)" + (done.reason.map { ": \($0)" } ?? "")))
        } else {
            Output.complain(Table.clean("\(done.id): \(done.error ?? "not done")"))
        }
    }

    func end() throws {
        bar.clear()
        if doneCount.count == 0, !isJSON { Output.line("Nothing of that kind is queued.") }
        if hasErrors.withLock({ $0 }) { throw ExitCode(1) }
    }
}

/// An entry as lines for a person.
struct EntryReport {
    let lines: [String]

    init(_ entry: EntryDocument, now: Timestamp) {
        var lines: [String] = []
        func add(_ name: String, _ value: String?) {
            guard let value else { return }
            lines.append(name + String(repeating: " ", count: max(1, 12 - name.count)) + Table.clean(value))
        }
        add("ID", entry.id)
        add("Message-ID", entry.messageID)
        add("Report on", entry.parent)
        add("Sender", "<\(entry.sender)>")
        add("Accepted", "\(entry.acceptedAt) (\(Figures.age(entry.acceptedAt, now: now)) ago)")
        add("Size", "\(entry.size) bytes")
        add("Client", "\(entry.client) (\(entry.helo)), \(entry.protocolName) at listener \(entry.listener)")
        add("User", entry.user)
        add("TLS", entry.tls)
        for share in entry.shares {
            lines.append("")
            add("Share", "\(share.id), stream \(share.stream), \(share.state)")
            add("Reason", share.reason)
            add("Held since", share.heldAt.map { "\($0) (\(Figures.age($0, now: now)))" })
            add("Rule", share.rule)
            add("Edited", share.isEdited ? "by policy" : nil)
            add("Attempts", "\(share.attempts)")
            add("Next", share.nextAttemptAt.map { "\($0) (\(Figures.untilNext($0, now: now)))" })
            add("Last reply", share.lastReply)
            for recipient in share.recipients {
                let from = recipient.redirectedFrom.map { " (was <\($0)>)" } ?? ""
                add("To", "<\(recipient.address)>\(from), \(recipient.status)")
                add("", recipient.reply)
            }
        }
        self.lines = lines
    }
}
