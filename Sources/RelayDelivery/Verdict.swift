import MailSyntax

/// What becomes of each recipient after an attempt, and of those that still wait.
struct Verdict: Hashable, Sendable {
    enum Fate: Hashable, Sendable {
        case delivered
        case failed
        /// Its time was up.
        case expired
        case deferred
        /// Perhaps delivered; is sent again, or held.
        case uncertain
        /// Waits on as if there had been no attempt.
        case untouched

        var isFinal: Bool { self == .delivered || self == .failed || self == .expired }
    }

    /// By place in the share's list; nil: had ended before.
    private(set) var fates: [Fate?]
    /// Attempts that count, this one included if it does.
    let attemptCount: Int
    /// Until the next attempt; zero: as soon as a smart host is well; nil: nobody waits.
    private(set) var delay: Duration?
    /// The sender is to hear that mail is late.
    private(set) var tellsDelay = false
    /// Nobody waits for anything but a smart host that is well.
    let waitsForSmartHost: Bool
    /// Whoever waits does so for a person, who finds out what became of the uncertain.
    let isHeld: Bool

    /// `decide` is asked once, with the number of attempts, if somebody waits and the attempt counts.
    init(
        _ ledger: Ledger, attemptsBefore: Int, holdsUncertain: Bool = false,
        decide: (_ attemptCount: Int) -> RetryPolicy.Decision
    ) {
        let isHeld = holdsUncertain && ledger.findings.contains { $0?.result.fate == .uncertain }
        self.isHeld = isHeld
        let waiting = ledger.findings.compactMap(\.self).filter(\.isWaiting)
        let counts = waiting.contains(where: \.counts)
        attemptCount = attemptsBefore + (counts || waiting.isEmpty ? 1 : 0)
        waitsForSmartHost = waiting.allSatisfy(\.waitsForSmartHost)
        var isExpired = false
        if counts {
            switch decide(attemptCount) {
            case .retry(let span, let tells): (delay, tellsDelay) = (span, tells)
            case .expired: isExpired = true
            }
        } else if !waiting.isEmpty {
            delay = .zero
        }
        fates = ledger.findings.map { finding in
            guard let finding else { return nil }
            switch finding.result.fate {
            case .delivered: return .delivered
            case .failed: return .failed
            // What may have arrived is not reported as lost.
            case .uncertain: return isExpired && !isHeld ? .expired : .uncertain
            case .retry, .again: return isExpired ? .expired : counts ? .deferred : .untouched
            }
        }
        if isHeld { (delay, tellsDelay) = (nil, false) }
    }

    /// Nothing has come of the attempt.
    var isEmpty: Bool { fates.allSatisfy { $0 == nil || $0 == .untouched } }

    /// Places of the recipients with this fate.
    func recipients(_ fate: Fate) -> [Int] { fates.indices.filter { fates[$0] == fate } }

    /// What ended badly waits on instead: the report of it cannot be stored.
    mutating func postponeFailures(by span: Duration) {
        fates = fates.map { $0 == .failed || $0 == .expired ? .untouched : $0 }
        (delay, tellsDelay) = (isHeld ? nil : span, false)
    }

    /// The report of a delay cannot be stored: it is told another time.
    mutating func postponeDelayReport() { tellsDelay = false }
}

extension Finding {
    /// The recipient is not done with.
    fileprivate var isWaiting: Bool { result.fate != .delivered && result.fate != .failed }
}
