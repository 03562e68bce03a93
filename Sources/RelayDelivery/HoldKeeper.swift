import MailSpool
package import MailSyntax
import RelayEvents
package import RelaySettings

/// When the last digest of held mail was made, beyond the life of the process.
package struct DigestMemory: Sendable {
    package let load: @Sendable () async -> Timestamp?
    package let save: @Sendable (Timestamp) async -> Void

    package init(
        load: @escaping @Sendable () async -> Timestamp?, save: @escaping @Sendable (Timestamp) async -> Void
    ) {
        self.load = load
        self.save = save
    }
}

/// Looks after mail that waits for a person: tells who is to decide by a digest, and ends what the policy held and nobody
/// decided about in time. Since when a share is held its file says, so all of this goes on after a restart.
package struct HoldKeeper: Sendable {
    private let streams: Streams
    private let settings: @Sendable () -> HoldSettings
    private let memory: DigestMemory
    /// How long mail is held: what its file says, read once.
    fileprivate enum Term {
        /// Held by others than the policy: for as long as it takes.
        case unlimited
        /// As long as the configuration lets mail wait.
        case usual
        /// The script that held it said how long.
        case until(Timestamp)
    }

    private var terms: [ShareID: (heldAt: Timestamp, term: Term)] = [:]
    /// The changes of holds when the terms were read.
    private var changeCount = 0

    /// `settings` are those in force.
    package init(
        _ streams: Streams, settings: @escaping @Sendable () -> HoldSettings, memory: DigestMemory
    ) {
        self.streams = streams
        self.settings = settings
        self.memory = memory
    }

    /// Looks now and then, until the task is cancelled.
    package mutating func run(sleep: @escaping @Sendable (Duration) async throws -> Void) async {
        // Cancelled while it sleeps: that is the end.
        while (try? await sleep(settings().interval)) != nil { await turn() }
    }

    /// One look at everything that is held.
    mutating func turn() async {
        let (services, settings) = (streams.services, settings())
        let now = services.clock.wallTime()
        forgetChangedTerms()
        let last = await memory.load().flatMap { $0 > now ? nil : $0 }
        var survey = HoldSurvey(since: last)
        var (waiting, position) = (Set<ShareID>(), ShareID?.none)
        guard services.spool.counts().values.contains(where: { $0.held > 0 }) else {
            terms = [:]
            return
        }
        repeat {
            let page = services.spool.page(ShareFilter(state: .held), after: position)
            for share in page.shares where !Task.isCancelled {
                if await end(share, now, settings, services) { continue }
                survey.add(share)
                waiting.insert(share.id)
            }
            position = page.last
        } while position != nil
        terms = terms.filter { waiting.contains($0.key) }
        guard settings.isDue(survey, last, now) else { return }
        await HoldDigest(survey, settings, services, now: now).send(memory)
    }

    /// A second judgement may have set another end. That is rare: all are read again.
    private mutating func forgetChangedTerms() {
        let count = streams.services.spool.heldChangeCount
        if count != changeCount { terms = [:] }
        changeCount = count
    }

    /// Ends a share whose time is over; false: it waits on.
    private mutating func end(
        _ share: ShareSummary, _ now: Timestamp, _ settings: HoldSettings, _ services: DeliveryServices
    ) async -> Bool {
        guard let heldAt = share.heldAt, !share.isUnderWay else { return false }
        do throws(SpoolError) {
            if let known = terms[share.id], known.heldAt == heldAt {
                guard settings.isOver(known.term, since: heldAt, at: now) else { return false }
            }
            let entry = try await services.spool.entry(share.id.entry)
            guard let stored = entry.shares.first(where: { $0.number == share.id.number }),
                case .held(let hold) = stored.standing
            else { return false }
            let term = hold.endsAt.map(Term.until) ?? (hold.rule == nil ? .unlimited : .usual)
            terms[share.id] = (heldAt, term)
            guard settings.isOver(term, since: heldAt, at: now) else { return false }
            try await end(share.id, of: entry, stored, hold, settings, services)
            return true
        } catch {
            // One that cannot be read or changed now is met again at the next look.
            return false
        }
    }

    private func end(
        _ id: ShareID, of entry: Entry, _ share: Share, _ hold: Hold, _ settings: HoldSettings,
        _ services: DeliveryServices
    ) async throws(SpoolError) {
        let operated = Operated(
            id: "\(id.entry)", share: id.number, stream: share.stream, sender: entry.envelope.sender,
            recipients: share.recipients.map(\.recipient.address), operatorName: Self.name)
        switch settings.onExpire {
        case .bounce:
            let span = Units.text(hold.endsAt.map { $0 - hold.heldAt } ?? settings.expire)
            try await Bouncer(services).bounce(
                id, by: Self.name, text: "it was kept for review, and not released within \(span)")
        case .delete:
            try await services.spool.delete(id)
            services.events.tell(.deleted(operated))
        case .release:
            try await services.spool.release(id)
            services.events.tell(.released(operated))
        }
    }

    /// As who it appears in events.
    private static let name = "policy.hold.expire"
}

/// What a look at held mail found.
struct HoldSurvey: Sendable {
    private(set) var count = 0
    private(set) var newCount = 0
    /// The first of the new ones.
    private(set) var listed: [ShareSummary] = []
    private let last: Timestamp?

    /// New is what is held since the last digest.
    init(since last: Timestamp?) { self.last = last }

    mutating func add(_ share: ShareSummary) {
        count += 1
        guard let heldAt = share.heldAt, last.map({ heldAt > $0 }) ?? true else { return }
        newCount += 1
        if listed.count < Limits.digestShareCount { listed.append(share) }
    }
}

extension HoldSettings {
    fileprivate func isOver(_ term: HoldKeeper.Term, since heldAt: Timestamp, at now: Timestamp) -> Bool {
        switch term {
        case .unlimited: false
        case .usual: expire > .zero && now - heldAt >= expire
        case .until(let end): now >= end
        }
    }

    /// As often as its spans are worth it.
    fileprivate var interval: Duration {
        let spans = [digestInterval, expire].filter { $0 > .zero } + [Limits.holdLook]
        return max(spans.min() ?? Limits.holdLook, Limits.shortestHoldLook)
    }

    fileprivate func isDue(_ survey: HoldSurvey, _ last: Timestamp?, _ now: Timestamp) -> Bool {
        guard digestInterval > .zero, notice != .nobody, survey.newCount > 0 else { return false }
        return last.map { now - $0 >= digestInterval } ?? true
    }
}
