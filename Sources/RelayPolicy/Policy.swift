package import MailSyntax
import ProgramRunner
import RelaySettings
import SieveEngine

/// Decides what becomes of a message: scripts say what they want, routes name what is left open, and
/// out of both comes one verdict. Does nothing by itself.
package final class Policy: Sendable {
    /// Where a message can be judged.
    package enum Place: Hashable, Sendable {
        /// Where it is: nothing but its header is looked at.
        case here
        /// On a thread that may read a body.
        case readers
        /// On a thread that may wait for programs.
        case programs
    }

    /// A script under its path.
    struct NamedScript: Sendable {
        var path: String
        var script: SieveScript
    }

    /// Tells what the scripts say from what they said, within one process.
    package let fingerprint: Int
    /// What its rules did so far.
    package let statistics = PolicyStatistics()
    /// Where messages are to be judged.
    package let place: Place
    private let scripts: [NamedScript]
    private let recipientScripts: [NamedScript]
    private let router: Router
    private let settings: PolicySettings
    private let addresses: LocalAddresses
    private let surroundings: Surroundings
    private let programs: ProgramFolder?
    /// The whole of judging a message.
    package var timeout: Duration { settings.timeout }
    /// How far the scripts can tell recipients apart.
    private let recipientDetail: RecipientDetail

    init(
        _ scripts: [NamedScript], recipientScripts: [NamedScript], _ settings: Settings,
        lists: [String: SieveList], programs: ProgramFolder?, fingerprint: Int
    ) {
        self.fingerprint = fingerprint
        self.scripts = scripts
        self.recipientScripts = recipientScripts
        router = Router(settings)
        self.settings = settings.policy
        addresses = settings.localAddresses
        surroundings = Surroundings(settings, lists: lists)
        recipientDetail = (recipientScripts + scripts).map(\.script.facts.recipientDetail).max() ?? .none
        self.programs = programs
        let facts = scripts.map(\.script.facts)
        place =
            facts.contains(where: \.runsPrograms)
            ? .programs : facts.contains(where: \.readsBody) ? .readers : .here
    }

    /// Judges a message at its end as it would go out.
    package func judge(
        _ message: JudgedMessage, _ aids: JudgingAids = JudgingAids(), observer: PolicyObserver? = nil
    ) -> Verdict {
        let completed = CompletedHead(message.head, addresses)
        let memory = MessageMemory(aids.memory)
        var context = surroundings.context(
            message.envelope, message.origin, hook: message.occasion.rawValue, id: message.id, memory: memory)
        if let clock = aids.clock {
            context.isOverdue = { clock.left <= .zero }
            context.programs = programs.map {
                PolicyPrograms($0, environment: Surroundings.programEnvironment(message), clock: clock)
            }
        }
        let verdict = judge(message, completed, context, memory, observer)
        return completed.applied(to: verdict, byteCount: message.byteCount)
    }

    /// The stream that a recipient's mail will leave by, where nothing in the message can change that.
    package func foreseenStream(of recipient: Address, sender: Address?, origin: Origin) -> String? {
        guard scripts.isEmpty, recipientScripts.isEmpty else { return nil }
        return router.foreseenStream(of: recipient, sender: sender, origin: origin)
    }

    private func judge(
        _ message: JudgedMessage, _ head: CompletedHead, _ context: SieveContext, _ memory: MessageMemory,
        _ observer: PolicyObserver?
    ) -> Verdict {
        let (envelope, origin) = (message.envelope, message.origin)
        guard !scripts.isEmpty || !recipientScripts.isEmpty || router.readsHeader else {
            return verdict(
                on: envelope, [:],
                router.routes(for: envelope, origin: origin, header: nil, observer: observer))
        }
        let seen = SieveMessage(
            head: head.bytes, byteCount: message.byteCount + head.byteCountChange,
            content: content(of: message, head))
        let header = MessageHeader(block: seen.header, head: head.bytes)
        return verdict(
            on: envelope, opinions(on: seen, message, context, memory, observer),
            router.routes(for: envelope, origin: origin, header: header, observer: observer))
    }

    /// The message as it would go out: the front with its changes, behind it what was received.
    private func content(of message: JudgedMessage, _ head: CompletedHead) -> SieveContent? {
        guard place != .here else { return nil }
        let (front, change, read) = (head.bytes, head.byteCountChange, message.read)
        return SieveContent(byteCount: message.byteCount + change) { range in
            let inFront = range.clamped(to: 0..<front.count)
            let behind = max(range.lowerBound, front.count)..<max(range.upperBound, front.count)
            let rest = behind.isEmpty ? [] : read(behind.lowerBound - change..<behind.upperBound - change)
            return front[inFront] + rest
        }
    }

    // MARK: Scripts

    /// What the scripts make of each class of recipients that they can tell apart.
    private func opinions(
        on seen: SieveMessage, _ message: JudgedMessage, _ context: SieveContext, _ memory: MessageMemory,
        _ observer: PolicyObserver?
    ) -> [String: Opinion] {
        guard !scripts.isEmpty || !recipientScripts.isEmpty else { return [:] }
        let envelope = message.envelope
        var opinions: [String: Opinion] = [:]
        var seen = seen
        for recipient in envelope.recipients {
            let key = classKey(of: recipient)
            guard opinions[key] == nil else { continue }
            let alike = envelope.recipients.filter { classKey(of: $0) == key }
            let opinion = opinion(
                on: &seen, SieveEnvelope(envelope, recipient, user: message.origin.user), context,
                alike.map(\.address), observer)
            memory.add(opinion.counts, recipientCount: alike.count)
            opinions[key] = opinion
        }
        return opinions
    }

    /// `alike` are those for whom the opinion stands. What is decoded of the message for one is there for the next.
    private func opinion(
        on message: inout SieveMessage, _ envelope: SieveEnvelope, _ context: SieveContext,
        _ alike: [Address], _ observer: PolicyObserver?
    ) -> Opinion {
        var run = SieveRun(message, envelope, context)
        defer { message = run.received }
        do throws(SieveRuntimeError) {
            let hook = context.environment[Surroundings.hook]
            for (number, named) in (recipientScripts + scripts).enumerated() {
                observer?(.script(named.path, recipients: alike))
                let isForRecipients = number < recipientScripts.count
                run.change { $0.environment[Surroundings.hook] = isForRecipients ? "rcpt" : hook }
                let tell = observer.map { observer in
                    { (step: SieveStep) in observer(PolicyStep(step, of: named.script.name, named.path)) }
                }
                guard try run.run(named.script, observer: tell) else { break }
            }
            return Opinion(run.result, addresses)
        } catch {
            observer?(.failure(rule: error.rule, text: error.fault.description))
            return .failure(rule: error.rule, error.fault.description)
        }
    }

    /// Equal for recipients whom no script can tell apart.
    private func classKey(of recipient: Recipient) -> String {
        switch recipientDetail {
        case .none: ""
        case .domain: recipient.address.domain
        case .full:
            "\(recipient.address) \(recipient.notify?.rawValue ?? 0) \(recipient.originalRecipient ?? "")"
        }
    }

    // MARK: The verdict

    private func verdict(
        on envelope: Envelope, _ opinions: [String: Opinion], _ routes: RecipientRoutes
    ) -> Verdict {
        var planner = Planner(routes, settings)
        for recipient in envelope.recipients {
            planner.add(recipient, opinions[classKey(of: recipient)] ?? .silent)
        }
        if let failure = planner.excess {
            planner = Planner(routes, settings)
            for recipient in envelope.recipients { planner.add(recipient, failure) }
        }
        return planner.verdict(recipientCount: envelope.recipients.count)
    }
}

// MARK: - RCPT

extension Policy {
    /// The answer to a RCPT.
    package enum RecipientVerdict: Hashable, Sendable {
        /// Nobody objects yet.
        case accept
        case refuse(Refusal)
    }

    /// Judges a recipient before there is a message. Nothing is remembered of it: with the message the same scripts run
    /// once more, and then count streams, counters and errors, and what here took too much.
    package func judge(
        _ recipient: Recipient, of envelope: Envelope, origin: Origin, _ aids: JudgingAids = JudgingAids()
    ) -> RecipientVerdict {
        guard !recipientScripts.isEmpty else { return .accept }
        var context = surroundings.context(
            envelope, origin, hook: "rcpt", memory: MessageMemory(aids.memory))
        context.limits.workCount = Limits.recipientWorkCount
        if let clock = aids.clock { context.isOverdue = { clock.left <= .zero } }
        var run = SieveRun(
            SieveMessage(head: [], byteCount: 0),
            SieveEnvelope(envelope, recipient, user: origin.user), context)
        do throws(SieveRuntimeError) {
            for named in recipientScripts { guard try run.run(named.script) else { break } }
        } catch { return .accept }
        switch Opinion(run.result, addresses).fate {
        case .refuse(let reason, let rule), .wait(let reason, let rule):
            return .refuse(
                Refusal(
                    code: reason.code, status: reason.status, lines: reason.lines,
                    recipients: [recipient.address], rule: rule))
        case .send, .discard, .failure: return .accept
        }
    }
}

extension SieveEnvelope {
    fileprivate init(_ envelope: Envelope, _ recipient: Recipient, user: String?) {
        self.init(
            sender: envelope.sender, recipient: recipient, user: user, returnContent: envelope.returnContent,
            envelopeID: envelope.envelopeID)
    }
}
