import MailSyntax
import RelayDelivery
import RelayIntake
import RelayPolicy
import RelaySettings

/// What would become of a message, with all that leads to it.
struct Explanation {
    struct Question {
        var file: String
        var sender: String
        var recipients: [String]
        var client: String
        var user: String?
        var listener: ListenerSettings
    }

    /// A script's run for recipients whom it could not tell apart.
    struct ScriptRun {
        struct Step {
            /// Where it stands, perhaps in a script that this one includes.
            var place: RulePlace
            /// The name of the test or command.
            var name: String
            /// nil: a command.
            var holds: Bool?
            /// What stands in the script from there to the end of the line.
            var text: String
        }

        var path: String
        var recipients: [Address]
        var steps: [Step] = []
        var failure: String?
    }

    struct ShareRecipient {
        var address: Address
        var redirectedFrom: Address?
        /// nil: a script chose the stream.
        var route: RouteChoice?
        /// When to report of it, where a script says so.
        var notify: NotifyConditions?
    }

    /// What a share would leave as.
    struct Share {
        var stream: StreamSettings
        var recipients: [ShareRecipient]
        var hold: PlannedHold?
        var rule: String?
        /// How much a report returns, where a script says so.
        var returnContent: ReturnContent?
        var transactions: [StreamPreview.Transaction]
        var removedFields: [String]
        var addedFields: [String]
    }

    let question: Question
    let message: SubmittedMessage
    let rehearsal: Rehearsal
    private(set) var scripts: [ScriptRun] = []
    private(set) var shares: [Share] = []
    private var routes: [Address: RouteChoice] = [:]

    init(_ question: Question, settings: Settings, policy: Policy, now: Timestamp) throws {
        self.question = question
        let limit = question.listener.maxMessageByteCount
        message = try SubmittedMessage.read(question.file, limit: limit)
        let origin = Origin(
            client: question.client, heloName: "client", listener: question.listener.name,
            user: question.user,
            protocolName: "ESMTP", receivedAt: now)
        var steps: [PolicyStep] = []
        rehearsal = Rehearsal(
            Rehearsal.Script(
                listener: question.listener, origin: origin, sender: question.sender,
                recipients: question.recipients, head: message.head, byteCount: message.byteCount,
                isEightBit: message.isEightBit, read: { [bytes = message.bytes] in Array(bytes[$0]) }),
            settings: settings, policy: policy,
            aids: JudgingAids(clock: .init(policy.timeout) { ContinuousClock().now }),
            observer: { steps.append($0) })
        var sources = ScriptSources()
        for step in steps { take(step, &sources) }
        guard case .accept(let plan) = rehearsal.verdict, let envelope = rehearsal.envelope else { return }
        shares = plan.shares.compactMap { share in
            settings.streams[share.stream].map { stream in
                self.share(
                    share, stream, StreamPreview(stream, settings: settings), envelope, origin)
            }
        }
    }

    /// All of it: the message, and each of its recipients.
    var isAccepted: Bool { rehearsal.isAccepted && rehearsal.refusedCount == 0 && !message.hasBareReturn }

    /// The answer that decides. A bare carriage return is met while the message is read, before anybody judges it.
    var reply: String {
        rehearsal.isAccepted && message.hasBareReturn ? "550 5.6.0 Bare CR or LF in data" : rehearsal.reply
    }

    private mutating func take(_ step: PolicyStep, _ sources: inout ScriptSources) {
        switch step {
        case .script(let path, let recipients): scripts.append(ScriptRun(path: path, recipients: recipients))
        case .step(let name, let holds, let place):
            let text = sources.text(place.line, place.column, of: place.script)
            last { $0.steps.append(ScriptRun.Step(place: place, name: name, holds: holds, text: text)) }
        case .failure(let rule, let text): last { $0.failure = "\(rule): \(text)" }
        case .route(let recipient, let choice): routes[recipient] = choice
        }
    }

    /// Changes the run that is under way.
    private mutating func last(_ change: (inout ScriptRun) -> Void) {
        if !scripts.isEmpty { change(&scripts[scripts.count - 1]) }
    }

    private func share(
        _ share: PlannedShare, _ stream: StreamSettings, _ preview: StreamPreview, _ envelope: Envelope,
        _ origin: Origin
    ) -> Share {
        let header = Array(message.head[..<HeaderBlock(message.head).byteCount])
        let edited = share.edits.header.map { $0.bytes(of: message.bytes) } ?? header
        let recipients = share.recipients.map(\.recipient)
        let outgoing = preview.header(
            edited, origin: origin,
            soleRecipient: envelope.recipients.count == 1 ? recipients.first?.address : nil)
        let change = HeaderChange(from: header, to: outgoing)
        return Share(
            stream: stream,
            recipients: share.recipients.map {
                ShareRecipient(
                    address: $0.recipient.address, redirectedFrom: $0.redirectedFrom,
                    route: routes[$0.recipient.address], notify: $0.recipient.notify)
            },
            hold: share.hold, rule: share.rule, returnContent: share.returnContent,
            transactions: preview.transactions(envelope, to: recipients), removedFields: change.removed,
            addedFields: change.added)
    }
}

/// The fields that two headers do not have in common, each on one line.
struct HeaderChange {
    private(set) var removed: [String] = []
    private(set) var added: [String] = []

    init(from old: [UInt8], to new: [UInt8]) {
        let (old, new) = (Self.fields(old), Self.fields(new))
        var rest = Dictionary(new.map { ($0, 1) }, uniquingKeysWith: +)
        removed = old.filter { Self.take($0, from: &rest) == false }
        rest = Dictionary(old.map { ($0, 1) }, uniquingKeysWith: +)
        added = new.filter { Self.take($0, from: &rest) == false }
    }

    private static func take(_ field: String, from rest: inout [String: Int]) -> Bool {
        guard let count = rest[field], count > 0 else { return false }
        rest[field] = count - 1
        return true
    }

    private static func fields(_ header: [UInt8]) -> [String] {
        HeaderBlock(header).fields.map { field in
            let value = HeaderBlock.unfold(header[field.valueRange])
            return "\(field.name): \(String(value.map { $0 == "\t" ? " " : $0 }))"
        }
    }
}

/// The lines of scripts, each file read once.
struct ScriptSources {
    private var lines: [String: [Substring]] = [:]

    /// From a place, of which both figures count from 1, to the end of its line.
    mutating func text(_ line: Int, _ column: Int, of path: String) -> String {
        let known = lines[path] ?? Self.read(path)
        lines[path] = known
        guard known.indices.contains(line - 1) else { return "" }
        return String(known[line - 1].dropFirst(column - 1))
    }

    private static func read(_ path: String) -> [Substring] {
        // It was read a moment ago to be compiled; should it have gone since, steps stand without its text.
        let bytes = (try? SettingsEnvironment.system.read(path, 1 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }
}
