import MailContent
public import MailSyntax

/// Scripts run one after the other on one message for one recipient; each sees the edits of those before.
///
/// A script that keeps the message, by word or by silence, hands it on to the next; one that rejects,
/// holds or discards it is the last that counts.
public struct SieveRun: Sendable {
    /// The message as it came.
    public let message: SieveMessage
    /// The recipient whom the scripts see.
    public let recipient: Address
    var header: EditedHeader
    private var actions: [SieveAction] = []
    /// Of the script that runs: where its actions begin.
    private var firstAction = 0
    /// No action has taken the place of the implicit keep.
    private var isKept = true
    private var stepCount = 0

    /// A run that has yet to see its first script.
    public init(_ message: SieveMessage, recipient: Address) {
        self.message = message
        self.recipient = recipient
        header = EditedHeader(message.fields)
    }

    /// What the scripts so far want.
    public var result: SieveResult {
        let keep = SieveAction(kind: .keep, rule: nil, headerPieces: header.pieces(over: message.head))
        return SieveResult(actions: isKept ? actions + [keep] : actions)
    }

    /// Runs a script; true if the next one is to follow. `observer` is told of each step, in the order of the run.
    public mutating func run(
        _ script: SieveScript, observer: SieveObserver? = nil
    ) throws(SieveRuntimeError) -> Bool {
        begin()
        var next = 0
        while next < script.instructions.count {
            guard let following = try step(script, at: next, observer) else { break }
            next = following
        }
        return goesOn
    }

    /// What one script keeps is the next one's to judge.
    private mutating func begin() {
        if actions.contains(where: { $0.kind == .keep }) {
            actions.removeAll { $0.kind == .keep }
            isKept = true
        }
        firstAction = actions.count
    }

    /// The index of the instruction that follows; nil: the script ends.
    private mutating func step(
        _ script: SieveScript, at index: Int, _ observer: SieveObserver?
    ) throws(SieveRuntimeError) -> Int? {
        stepCount += 1
        switch script.instructions[index] {
        case .stop(let place):
            observer?(SieveStep(.action("stop"), at: place))
            return nil
        case .jump(let label): return script.address(of: label)
        case .check(let condition, let place, let whenTrue, let whenFalse):
            do throws(SieveFault) {
                guard stepCount <= Limits.stepCount else { throw .tooManySteps }
                let holds = try condition.holds(in: self)
                observer?(SieveStep(.test(type(of: condition).name, holds: holds), at: place))
                return script.address(of: holds ? whenTrue : whenFalse)
            } catch {
                throw SieveRuntimeError(fault: error, rule: script.rule(at: place))
            }
        case .perform(let action, let place):
            do throws(SieveFault) {
                guard stepCount <= Limits.stepCount else { throw .tooManySteps }
                try action.perform(in: &self, rule: script.rule(at: place))
                observer?(SieveStep(.action(type(of: action).name), at: place))
                return index + 1
            } catch {
                throw SieveRuntimeError(fault: error, rule: script.rule(at: place))
            }
        }
    }

    private var goesOn: Bool {
        let isDiscarded = actions.contains { $0.kind == .discard } && !actions.contains { $0.kind == .keep }
        return !isDiscarded && !actions.contains { $0.kind.isFinal }
    }
}

// MARK: For conditions and actions

extension SieveRun {
    /// A field's value as on the wire.
    func value(of field: HeaderField) throws(SieveFault) -> ArraySlice<UInt8> {
        let value = field.value(in: message.head)
        guard value.count <= Limits.headerValueByteCount else { throw .valueTooLong }
        return value
    }

    /// A field's value as text to compare.
    func text(of field: HeaderField) throws(SieveFault) -> [UInt8] {
        HeaderText.decoded(try value(of: field))
    }

    /// Adds an action, which may exclude or repeat one of the same script.
    mutating func add(_ kind: SieveAction.Kind, rule: String) throws(SieveFault) {
        let own = actions[firstAction...]
        if let other = own.first(where: { kind.excludes($0.kind) }) {
            throw .conflict(kind.name, with: other.kind.name, at: other.rule ?? "")
        }
        if kind.replacesImplicitKeep { isKept = false }
        if own.contains(where: { kind.repeats($0.kind) }) { return }
        if case .stream = kind { actions.removeAll { $0.kind.name == kind.name } }
        guard actions.count < Limits.actionCount else { throw .tooManyActions }
        let pieces = kind.sends ? header.pieces(over: message.head) : nil
        actions.append(SieveAction(kind: kind, rule: rule, headerPieces: pieces))
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
        case .stream: StreamAction.name
        case .hold: HoldAction.name
        }
    }

    /// The message goes somewhere.
    fileprivate var sends: Bool {
        switch self {
        case .keep, .redirect, .hold: true
        case .discard, .reject, .stream: false
        }
    }

    fileprivate var replacesImplicitKeep: Bool {
        switch self {
        case .keep, .discard, .reject, .hold: true
        case .redirect(_, let isCopy): !isCopy
        case .stream: false
        }
    }

    /// No later script is asked.
    fileprivate var isFinal: Bool {
        switch self {
        case .reject, .hold: true
        case .keep, .discard, .redirect, .stream: false
        }
    }

    /// A message is refused or it goes somewhere, and it is refused once (RFC 5429 section 2.4).
    fileprivate func excludes(_ other: SieveAction.Kind) -> Bool {
        switch (self, other) {
        case (.reject, .reject): true
        case (.reject, _): other.sends
        case (_, .reject): sends
        default: false
        }
    }

    /// Nothing new comes of it.
    fileprivate func repeats(_ other: SieveAction.Kind) -> Bool {
        switch (self, other) {
        case (.redirect(let address, _), .redirect(let earlier, _)): address == earlier
        default: self == other
        }
    }
}
