import Glibc
import MailSyntax
import RelayControl
import RelayImport
import RelaySettings
import RelaySubmission

/// How a message of another system gets to the relay: by SMTP at its own door, or by the maildrop while it is away. A
/// stream that is named can only be told in the maildrop, where the relay knows root.
struct ImportDoor {
    enum Answer {
        /// What the relay replied, or that the message is in the maildrop.
        case taken(String)
        case refused(String)
        /// Not now, and neither anything else: says why.
        case closed(String)
    }

    private let settings: SubmissionSettings
    private let stream: String?

    init(_ settings: SubmissionSettings, stream: String?) {
        self.settings = settings
        self.stream = stream
    }

    func offer(_ submission: Submission, name: String) -> Answer {
        guard stream == nil else { return leave(submission, name) }
        return switch Entrance.offer(submission, at: settings.entrances) {
        case .accepted(let reply): .taken(reply)
        case .refused(let failure): .refused(failure.text)
        case .putOff(let reason): .closed(reason)
        case .away: leave(submission, name)
        }
    }

    private func leave(_ submission: Submission, _ name: String) -> Answer {
        makeMaildrop()
        let bytes = MaildropFile.compose(submission, hostname: settings.hostname, stream: stream)
        do throws(SubmissionFailure) {
            try MaildropFile.leave(bytes, in: settings.maildrop, name: name)
            return .taken("left in \(settings.maildrop)")
        } catch { return .closed("the relay is away, and its maildrop is of no use: \(error.text)") }
    }

    /// Where the machine's users have no maildrop root makes one for the relay and itself.
    private func makeMaildrop() {
        var spool = stat()
        let parent = settings.maildrop.lastIndex(of: "/").map { String(settings.maildrop[..<$0]) } ?? "."
        guard geteuid() == 0, stat(parent, &spool) == 0, mkdir(settings.maildrop, 0o770) == 0 else { return }
        // What is left in it has the relay's group. Should this fail, leaving mail fails as well, or the relay tells.
        _ = chown(settings.maildrop, spool.st_uid, spool.st_gid)
        _ = chmod(settings.maildrop, 0o2770)
    }
}

/// Takes in the messages of a store, one after the other: read, offered, and remembered once the relay has it.
struct ImportWork {
    private let store: any MailStore
    private let done: DoneList
    private let door: ImportDoor
    private let defaults: StoredMessage
    private let limit: Int
    private var report: ImportReport

    init(
        _ store: any MailStore, _ done: DoneList, _ door: ImportDoor, defaults: StoredMessage, limit: Int,
        isJSON: Bool
    ) {
        self.store = store
        self.done = done
        self.door = door
        self.defaults = defaults
        self.limit = limit
        report = ImportReport(isJSON: isJSON)
    }

    /// Exits 1 unless the relay has every message now.
    mutating func run() throws {
        report.begin(store)
        for (place, item) in store.items.enumerated() {
            report.progress(place, of: store.items.count)
            if done.contains(item) {
                report.add(item, .before)
            } else if let reason = try take(item) {
                report.end()
                throw CommandFailure(text: "\(item.name): \(reason); what follows was not tried")
            }
        }
        try report.end().orFail()
    }

    /// Says why there is no use in going on.
    private mutating func take(_ item: StoredItem) throws -> String? {
        let submission: Submission
        do throws(ImportFailure) { submission = try read(item) } catch {
            report.add(item, .unreadable, error.text)
            return nil
        }
        switch door.offer(submission, name: LocalMail.token()) {
        case .taken(let reply):
            try done.add(item)
            report.add(item, .imported, reply)
        case .refused(let reason): report.add(item, .refused, reason)
        case .closed(let reason): return reason
        }
        return nil
    }

    private func read(_ item: StoredItem) throws(ImportFailure) -> Submission {
        let message = try store.message(item, limit: limit)
        let sender = message.sender == .unknown ? defaults.sender : message.sender
        let recipients = message.recipients.isEmpty ? defaults.recipients : message.recipients
        guard !recipients.isEmpty else { throw ImportFailure("no recipients are left") }
        let envelope = { (sender: Address?) in
            Envelope(
                sender: sender, recipients: recipients, returnContent: message.returnContent,
                envelopeID: message.envelopeID)
        }
        switch sender {
        case .unknown: throw ImportFailure("names no sender: give --sender")
        case .null: return Submission(envelope(nil), kept: message.bytes)
        case .address(let address): return Submission(envelope(address), kept: message.bytes)
        }
    }
}

/// What became of the messages: a line for each that was not taken, or JSON for each, and the sum.
struct ImportReport {
    enum Result: String, CaseIterable {
        case imported
        /// By an earlier run.
        case before
        case refused
        case unreadable
    }

    private let isJSON: Bool
    private let bar = ProgressBar()
    private var counts: [Result: Int] = [:]

    init(isJSON: Bool) { self.isJSON = isJSON }

    func begin(_ store: any MailStore) {
        guard !isJSON else { return }
        for reason in store.passedOver { Output.complain("passed over: \(reason)", prefix: "") }
    }

    func progress(_ done: Int, of total: Int) {
        if ProgressBar.isWanted { bar.draw(WalkProgress(examined: done, total: total)) }
    }

    mutating func add(_ item: StoredItem, _ result: Result, _ reason: String = "") {
        counts[result, default: 0] += 1
        if isJSON {
            var json = JSONWriter()
            json.object { json in
                json.member("name", item.name)
                json.member("result", result.rawValue)
                json.member("reason", reason)
            }
            json.endLine()
            bar.clear()
            Output.write(json.bytes)
        } else if result == .refused || result == .unreadable {
            bar.clear()
            Output.line("\(item.name): \(result.rawValue): \(reason)")
        }
    }

    @discardableResult
    func end() -> ImportReport {
        bar.clear()
        let texts = Result.allCases.compactMap { result in
            counts[result].map { "\($0) \(result == .before ? "taken before" : result.rawValue)" }
        }
        if !isJSON { Output.line(texts.isEmpty ? "no messages" : texts.joined(separator: ", ")) }
        return self
    }

    func orFail() throws {
        let bad = (counts[.refused] ?? 0) + (counts[.unreadable] ?? 0)
        if bad > 0 { throw CommandFailure(text: "\(bad) messages are left where they are") }
    }
}
