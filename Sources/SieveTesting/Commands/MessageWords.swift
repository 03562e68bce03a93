import MailSyntax
import SieveEngine

/// `test_message (":smtp" / ":folder" <name>) <number>`: a message that went somewhere becomes the current one.
struct MessageTest: Condition, BenchWord {
    static let name = "test_message"

    private let folder: ScriptString?
    private let number: Int
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        let isSent = arguments.tag("smtp") != nil
        folder = arguments.taggedString("folder")
        if isSent == (folder != nil) {
            arguments.error("\"test_message\" needs \":smtp\" or \":folder\"", at: arguments.node.place)
        }
        guard let number = arguments.number("a number") else { return nil }
        self.number = number
        self.bench = bench
    }

    /// Whether there is such a message.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let folder = folder.map { run.text($0) }
        let found = bench.with { state -> (message: [UInt8], envelope: SieveEnvelope)? in
            let messages = folder.map { state.stored[$0] ?? [] } ?? state.sent
            return messages.indices.contains(number)
                ? (messages[number].message, messages[number].envelope) : nil
        }
        guard let found else { return false }
        run.begin(BenchMessage.whole(found.message), found.envelope)
        bench.refresh(&run)
        return true
    }
}

/// The same as a command: the message has to be there.
struct MessageCommand: Action, BenchWord {
    static let name = MessageTest.name

    private let test: MessageTest

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let test = MessageTest(&arguments, bench) else { return nil }
        self.test = test
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        if try !test.holds(in: &run) { throw .raised("there is no such message") }
    }
}

/// `test_message_print`: nothing to see here.
struct MessagePrintCommand: Action, BenchWord {
    static let name = "test_message_print"

    func perform(in run: inout SieveRun, rule: String) {}
}

/// `test_mailbox_create <name>`: pretended folders are there when they are written to.
struct MailboxCreateCommand: Action, BenchWord {
    static let name = "test_mailbox_create"

    init?(_ arguments: inout Arguments) {
        guard arguments.string("the name of a folder") != nil else { return nil }
    }

    func perform(in run: inout SieveRun, rule: String) {}
}

/// `test_set <what> <value>`: the message, a part of the envelope, `environment.` and an item, or the `clock`, a date as mail
/// writes it.
struct SetCommand: Action, BenchWord {
    static let name = "test_set"

    private enum What: String, CaseIterable {
        case message
        case sender = "envelope.from"
        case recipient = "envelope.to"
        case originalRecipient = "envelope.orig_to"
        case user = "envelope.auth"
        case clock
    }

    private let what: What
    private let environment: String?
    private let value: ScriptString
    private let bench: Bench

    init?(_ arguments: inout Arguments, _ bench: Bench) {
        guard let name = arguments.constant("what to set"), let value = arguments.string("a value") else {
            return nil
        }
        let prefix = "environment."
        environment = name.string.hasPrefix(prefix) ? String(name.string.dropFirst(prefix.count)) : nil
        guard let what = What(rawValue: name.string) ?? environment.map({ _ in .message }) else {
            arguments.error("nothing of the name \"\(name.string)\" can be set", at: name.place)
            return nil
        }
        self.bench = bench
        self.what = what
        self.value = value
    }

    func perform(in run: inout SieveRun, rule: String) {
        let text = run.text(value)
        if let environment { return run.change { $0.environment[environment] = text } }
        var envelope = run.envelope
        switch what {
        case .message:
            let message = BenchMessage.message(run.expanded(value))
            run.begin(message, BenchMessage.envelope(of: message))
            return bench.refresh(&run)
        case .sender: envelope.sender = BenchMessage.address(text)
        case .recipient:
            envelope.recipient.address = BenchMessage.address(text) ?? Address(localPart: "", domain: "")
        case .originalRecipient: envelope.recipient.originalRecipient = "rfc822;\(text)"
        case .user: envelope.user = text
        case .clock:
            guard let date = MessageDate.parse(Array(text.utf8)[...]) else { return }
            run.change {
                $0.time = Timestamp(millisecondsSince1970: date.secondsSince1970 * 1000)
                $0.zoneMinutes = date.zoneMinutes
            }
            return bench.refresh(&run)
        }
        run.change(envelope: envelope)
    }
}
