import MailSyntax

/// The actions of a run: what excludes, repeats and replaces what (RFC 5228 section 2.10).
struct ActionTally: Sendable {
    private(set) var actions: [SieveAction] = []
    /// Of the script that runs: where its actions begin.
    private var firstAction = 0
    /// No action has taken the place of the implicit keep.
    private(set) var isKept = true

    /// What one script keeps is the next one's to judge.
    mutating func beginScript() {
        if actions.contains(where: { $0.kind == .keep }) {
            actions.removeAll { $0.kind == .keep }
            isKept = true
        }
        firstAction = actions.count
    }

    /// What two runs want.
    func joined(_ other: ActionTally) -> ActionTally {
        var sum = self
        sum.actions += other.actions
        sum.isKept = isKept && other.isKept
        return sum
    }

    /// Another script is asked.
    var goesOn: Bool {
        let isDiscarded = actions.contains { $0.kind == .discard } && !actions.contains { $0.kind == .keep }
        return !isDiscarded && !actions.contains { $0.kind.isFinal }
    }

    mutating func add(_ action: SieveAction, _ limits: SieveLimits) throws(SieveFault) {
        let kind = action.kind
        let own = actions[firstAction...]
        if let other = own.first(where: { kind.excludes($0.kind) }) {
            throw .conflict(kind.name, with: other.kind.name, at: other.rule ?? "")
        }
        if kind.replacesImplicitKeep { isKept = false }
        if own.contains(where: { kind.repeats($0.kind) }) { return }
        if case .stream = kind { actions.removeAll { $0.kind.name == kind.name } }
        guard actions.count < limits.actionCount else { throw .tooManyActions(limit: limits.actionCount) }
        if let limit = kind.limit(limits), actions.count(where: { $0.kind.name == kind.name }) >= limit {
            throw .tooMany(kind.name, limit: limit)
        }
        actions.append(action)
    }
}

extension SieveAction.Kind {
    /// The command that it stands for.
    public var name: String {
        switch self {
        case .keep: KeepAction.name
        case .discard: DiscardAction.name
        case .redirect: RedirectAction.name
        case .reject: RejectAction.name
        case .deferral: DeferAction.name
        case .stream: StreamAction.name
        case .hold: HoldAction.name
        case .store: FileintoAction.name
        case .notice: NotifyAction.name
        case .remember: DuplicateTest.name
        case .count: OverlimitTest.name
        }
    }

    /// The message goes somewhere.
    var sends: Bool {
        switch self {
        case .keep, .redirect, .hold, .store: true
        case .discard, .reject, .deferral, .stream, .notice, .remember, .count: false
        }
    }

    fileprivate var replacesImplicitKeep: Bool {
        switch self {
        case .keep, .discard, .reject, .deferral, .hold: true
        case .redirect(let redirection): !redirection.isCopy
        case .store(_, let isCopy): !isCopy
        case .stream, .notice, .remember, .count: false
        }
    }

    /// No later script is asked.
    fileprivate var isFinal: Bool {
        switch self {
        case .reject, .deferral, .hold: true
        case .keep, .discard, .redirect, .stream, .store, .notice, .remember, .count: false
        }
    }

    /// A message is refused or it goes somewhere, and it is refused once (RFC 5429 section 2.4).
    fileprivate func excludes(_ other: SieveAction.Kind) -> Bool {
        switch (self, other) {
        case (.reject, .reject), (.reject, .deferral), (.deferral, .reject), (.deferral, .hold),
            (.hold, .deferral):
            true
        case (.reject, _): other.sends
        case (_, .reject): sends
        default: false
        }
    }

    /// Nothing new comes of it.
    fileprivate func repeats(_ other: SieveAction.Kind) -> Bool {
        switch (self, other) {
        case (.redirect(let new), .redirect(let earlier)): new.address == earlier.address
        case (.store(let new, _), .store(let earlier, _)): new == earlier
        case (.count, .count): false
        default: self == other
        }
    }

    fileprivate func limit(_ limits: SieveLimits) -> Int? {
        switch self {
        case .redirect: limits.redirectCount
        case .notice: limits.noticeCount
        case .keep, .discard, .reject, .deferral, .stream, .hold, .store, .remember, .count: nil
        }
    }
}
