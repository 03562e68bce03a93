package import MailSyntax
import RelaySettings
import SieveEngine

/// Decides what becomes of a message: scripts say what they want, routes name what is left open, and
/// out of both comes one verdict. Does nothing by itself.
package final class Policy: Sendable {
    /// Tells what the scripts say from what they said, within one process.
    package let fingerprint: Int
    private let scripts: [SieveScript]
    private let router: Router
    private let settings: PolicySettings
    private let addresses: LocalAddresses
    /// How far the scripts can tell recipients apart.
    private let recipientDetail: RecipientDetail

    init(_ scripts: [SieveScript], _ settings: Settings, fingerprint: Int) {
        precondition(scripts.count == settings.policy.scripts.count, "each path has its script")
        self.fingerprint = fingerprint
        self.scripts = scripts
        router = Router(settings)
        self.settings = settings.policy
        addresses = settings.localAddresses
        recipientDetail = scripts.map(\.facts.recipientDetail).max() ?? .none
    }

    /// Judges a message at its end as it would go out: `head` holds at least its header, `byteCount` is its whole
    /// size. The envelope is the one after aliases and `sender_rewrite`.
    package func judge(
        envelope: Envelope, origin: Origin, head: [UInt8], byteCount: Int, observer: PolicyObserver? = nil
    ) -> Verdict {
        let completed = CompletedHead(head, addresses)
        let byteCount = byteCount + completed.byteCountChange
        return completed.applied(
            to: judge(envelope, origin, head: completed.bytes, byteCount: byteCount, observer))
    }

    /// The stream that a recipient's mail will leave by, where nothing in the message can change that.
    package func foreseenStream(of recipient: Address, sender: Address?, origin: Origin) -> String? {
        scripts.isEmpty ? router.foreseenStream(of: recipient, sender: sender, origin: origin) : nil
    }

    private func judge(
        _ envelope: Envelope, _ origin: Origin, head: [UInt8], byteCount: Int, _ observer: PolicyObserver?
    ) -> Verdict {
        guard !scripts.isEmpty || router.readsHeader else {
            return verdict(
                on: envelope, [:],
                router.routes(for: envelope, origin: origin, header: nil, observer: observer))
        }
        let message = SieveMessage(head: head, byteCount: byteCount)
        let header = MessageHeader(block: message.header, head: head)
        return verdict(
            on: envelope, opinions(on: message, in: envelope, observer),
            router.routes(for: envelope, origin: origin, header: header, observer: observer))
    }

    // MARK: Scripts

    /// What the scripts make of each class of recipients that they can tell apart.
    private func opinions(
        on message: SieveMessage, in envelope: Envelope, _ observer: PolicyObserver?
    ) -> [String: Opinion] {
        guard !scripts.isEmpty else { return [:] }
        var opinions: [String: Opinion] = [:]
        for recipient in envelope.recipients {
            let key = classKey(of: recipient)
            guard opinions[key] == nil else { continue }
            let alike = observer == nil ? [] : envelope.recipients.filter { classKey(of: $0) == key }
            let seen = SieveEnvelope(
                sender: envelope.sender, recipient: recipient, returnContent: envelope.returnContent,
                envelopeID: envelope.envelopeID)
            opinions[key] = opinion(on: message, seen, alike.map(\.address), observer)
        }
        return opinions
    }

    /// `alike` are those for whom the opinion stands, for the observer.
    private func opinion(
        on message: SieveMessage, _ envelope: SieveEnvelope, _ alike: [Address], _ observer: PolicyObserver?
    ) -> Opinion {
        var run = SieveRun(message, envelope)
        let tell = observer.map { observer in { (step: SieveStep) in observer(PolicyStep(step)) } }
        do throws(SieveRuntimeError) {
            for (script, path) in zip(scripts, settings.scripts) {
                observer?(.script(path, recipients: alike))
                guard try run.run(script, observer: tell) else { break }
            }
            return Opinion(run.result, addresses)
        } catch {
            observer?(.failure(rule: error.rule, text: error.fault.description))
            return .failure(rule: error.rule, text: error.fault.description)
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
            planner.add(recipient, opinions[classKey(of: recipient)] ?? .send(.silent))
        }
        if let failure = planner.excess {
            planner = Planner(routes, settings)
            for recipient in envelope.recipients { planner.add(recipient, failure) }
        }
        return planner.verdict(recipientCount: envelope.recipients.count)
    }
}
