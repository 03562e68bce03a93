import MailSyntax
import RelaySettings
import SieveEngine

/// Gathers the opinions on a message's recipients into shares, and these into one verdict.
struct Planner {
    /// What the recipients of a share have in common.
    private struct ShareKey: Hashable {
        var stream: String
        var hold: PlannedHold? = nil
        var edits: PlannedEdits
        /// What was redirected goes its own way.
        var isRedirected: Bool
        var returnContent: ReturnContent? = nil
    }

    /// One recipient of one share to be.
    private struct Copy {
        var recipient: PlannedRecipient
        var key: ShareKey
        var rule: String?
    }

    private struct Member: Hashable {
        var share: Int
        var address: Address
    }

    private let routes: RecipientRoutes
    private let settings: PolicySettings
    private var plan = Plan()
    private var places: [ShareKey: Int] = [:]
    private var members: Set<Member> = []
    private var redirectCount = 0
    private var refusals: [Refusal] = []
    /// What counts for the message, whoever it goes to: once.
    private var counted: Set<SieveCount> = []
    /// The first wish to wait.
    private var deferral: (reason: RejectReason, rule: String)?
    /// More redirections than allowed: the opinion that stands for all others then.
    private(set) var excess: Opinion?

    init(_ routes: RecipientRoutes, _ settings: PolicySettings) {
        self.routes = routes
        self.settings = settings
    }

    // MARK: Recipient by recipient

    mutating func add(_ recipient: Recipient, _ opinion: Opinion) {
        switch opinion.fate {
        case .send(let wishes):
            send(recipient, wishes)
            addEffects(of: opinion)
        case .discard(let rule):
            plan.discarded.append(DiscardedRecipient(recipient, rule: rule))
            addEffects(of: opinion)
        case .refuse(let reason, let rule): refuse(recipient, reason, rule)
        case .wait(let reason, let rule): deferral = deferral ?? (reason, rule)
        case .failure(let rule, let text): fail(recipient, rule, text)
        }
    }

    /// What is done beside the copies: once for all recipients for whom it is wanted.
    private mutating func addEffects(of opinion: Opinion) {
        plan.traces.identifiers.merge(opinion.identifiers) { max($0, $1) }
        for count in opinion.counts where count.isPerRecipient || counted.insert(count).inserted {
            plan.traces.add(count)
        }
        for notice in opinion.notices where !plan.notices.contains(notice) { plan.notices.append(notice) }
    }

    private mutating func store(_ recipient: Recipient, _ storage: Opinion.Wishes.Storage) {
        let place = plan.storages.firstIndex {
            $0.folder == storage.folder && $0.edits == storage.edits
        }
        if let place {
            plan.storages[place].recipients.append(recipient.address)
        } else {
            plan.storages.append(
                PlannedStorage(
                    folder: storage.folder, recipients: [recipient.address],
                    edits: storage.edits, rule: storage.rule))
        }
    }

    private mutating func send(_ recipient: Recipient, _ wishes: Opinion.Wishes) {
        guard let copies = copies(for: recipient, wishes) else {
            return refuse(recipient, RejectReason("no stream is configured for this message"), "routes")
        }
        for storage in wishes.storages { store(recipient, storage) }
        for copy in copies {
            guard add(copy), copy.key.isRedirected else { continue }
            redirectCount += 1
            guard redirectCount > Limits.redirectCount, excess == nil else { continue }
            excess = .failure(
                rule: copy.rule ?? "", "more than \(Limits.redirectCount) redirections of one message")
        }
    }

    /// The copies that a recipient's mail comes to; nil: one of them has no stream.
    private func copies(for recipient: Recipient, _ wishes: Opinion.Wishes) -> [Copy]? {
        var copies: [Copy] = []
        if let own = wishes.own {
            guard let stream = wishes.stream?.name ?? routes.stream(for: recipient.address) else {
                return nil
            }
            let key = ShareKey(
                stream: stream, hold: own.hold, edits: own.edits, isRedirected: false)
            let rule = own.hold?.rule ?? wishes.stream?.rule
            copies.append(Copy(recipient: PlannedRecipient(recipient), key: key, rule: rule))
        }
        for redirection in wishes.redirections {
            let target = redirection.recipient(for: recipient)
            guard let stream = wishes.stream?.name ?? routes.stream(for: target.address) else { return nil }
            let key = ShareKey(
                stream: stream, edits: redirection.edits, isRedirected: true,
                returnContent: redirection.request.returnContent)
            let planned = PlannedRecipient(target, redirectedFrom: recipient.address)
            copies.append(Copy(recipient: planned, key: key, rule: redirection.rule))
        }
        return copies
    }

    /// False if the share has this address already: one copy is enough.
    private mutating func add(_ copy: Copy) -> Bool {
        let place = places[copy.key] ?? plan.shares.count
        let member = Member(share: place, address: copy.recipient.recipient.address)
        guard members.insert(member).inserted else { return false }
        if places.updateValue(place, forKey: copy.key) != nil {
            plan.shares[place].recipients.append(copy.recipient)
        } else {
            var share = PlannedShare(
                recipients: [copy.recipient], stream: copy.key.stream, hold: copy.key.hold,
                edits: copy.key.edits, rule: copy.rule)
            share.returnContent = copy.key.returnContent
            plan.shares.append(share)
        }
        return true
    }

    private mutating func fail(_ recipient: Recipient, _ rule: String, _ text: String) {
        let place = plan.failures.firstIndex { $0.rule == rule && $0.text == text }
        if let place {
            plan.failures[place].recipients.append(recipient.address)
        } else {
            plan.failures.append(PolicyFailure(recipients: [recipient.address], rule: rule, text: text))
        }
        switch settings.onError {
        case .tempfail: break
        case .reject: refuse(recipient, RejectReason("this message could not be judged"), rule)
        case .hold:
            let hold = PlannedHold(reason: PlannedHold.policyError, rule: rule)
            send(recipient, Opinion.Wishes(own: (hold, .none)))
        }
    }

    private mutating func refuse(_ recipient: Recipient, _ reason: RejectReason, _ rule: String) {
        let place = refusals.firstIndex {
            $0.rule == rule && $0.code == reason.code && $0.status == reason.status
                && $0.lines == reason.lines
        }
        if let place {
            refusals[place].recipients.append(recipient.address)
        } else {
            refusals.append(
                Refusal(
                    code: reason.code, status: reason.status, lines: reason.lines,
                    recipients: [recipient.address], rule: rule))
        }
    }

    // MARK: All together

    /// A wish to wait comes before a refusal, a refusal before all else.
    func verdict(recipientCount: Int) -> Verdict {
        if settings.onError == .tempfail, let failure = plan.failures.first {
            return .deferAll(
                Deferral(
                    text: "this message cannot be judged at the moment, try again later",
                    rule: failure.rule, failures: plan.failures))
        }
        if let (reason, rule) = deferral {
            return .deferAll(
                Deferral(
                    code: reason.code, status: reason.status, text: reason.text, rule: rule,
                    failures: plan.failures))
        }
        let refusedCount = refusals.reduce(0) { $0 + $1.recipients.count }
        let isRefused = refusedCount == recipientCount || settings.rejectScope == .message
        if let first = refusals.first, isRefused {
            return .refuse(
                Refusal(
                    code: first.code, status: first.status,
                    lines: refusedCount == recipientCount && refusals.count == 1
                        ? first.lines : [namedRefusals],
                    recipients: refusals.flatMap(\.recipients), rule: first.rule, failures: plan.failures))
        }
        var plan = plan
        plan.refused = refusals
        return .accept(plan)
    }

    /// `no cards (ann@a.example, bob@b.example); no secrets (eve@c.example)`
    private var namedRefusals: String {
        var texts = refusals.prefix(Limits.namedRefusalCount).map { refusal in
            let named = refusal.recipients.prefix(Limits.namedRecipientCount).map(\.description)
            let moreCount = refusal.recipients.count - named.count
            let more = moreCount > 0 ? ["and \(moreCount) more"] : []
            return "\(refusal.text) (\((named + more).joined(separator: ", ")))"
        }
        if refusals.count > texts.count { texts.append("and \(refusals.count - texts.count) more reasons") }
        return texts.joined(separator: "; ")
    }
}
