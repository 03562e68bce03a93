import MailContent

/// Scripts run one after the other on one message for one recipient; each sees the edits of those before.
///
/// A script that keeps the message, by word or by silence, hands it on to the next; one that rejects,
/// defers, holds or discards it is the last that counts.
public struct SieveRun: Sendable {
    /// The message: as it came, or as edits behind its header made it.
    public package(set) var message: SieveMessage
    /// The envelope that the scripts see.
    public package(set) var envelope: SieveEnvelope
    /// What surrounds the message.
    public package(set) var context: SieveContext
    var header: EditedHeader
    /// The message in terms of the one that came; nil: it is that one.
    var edited: EditedMessage?
    /// What is to be put around the message on its way, innermost first (RFC 5703 section 6).
    var enclosures: [Enclosure] = []
    var variables = Variables()
    /// Bytes that part the detail of a local part from its user (RFC 5233).
    package var subaddressSeparators: [UInt8] = [UInt8(ascii: "+")]
    var loops = PartLoops()
    /// Those of the script that runs, and of all that it includes.
    private(set) var searches: [LiteralSearch] = []
    private var tally = ActionTally()
    /// That of another run, with the edits of that.
    private var adoptedKeep: SieveAction?
    private var included: Set<IncludedName> = []
    private var stepCount = 0
    var work: WorkBudget

    /// A run that has yet to see its first script.
    public init(_ message: SieveMessage, _ envelope: SieveEnvelope, _ context: SieveContext = SieveContext())
    {
        self.message = message
        self.envelope = envelope
        self.context = context
        work = WorkBudget(limit: context.limits.workCount)
        header = EditedHeader(message.fields)
    }

    /// The message as it came, with all that was read of it: for the next run on the same message.
    public var received: SieveMessage { edited?.original ?? message }

    /// What the scripts so far want.
    public var result: SieveResult {
        SieveResult(actions: tally.isKept ? tally.actions + [implicitKeep] : tally.actions)
    }

    private var implicitKeep: SieveAction {
        adoptedKeep ?? SieveAction(kind: .keep, rule: nil, outgoing(for: .keep))
    }

    /// Runs a script; true if the next one is to follow. `observer` is told of each step, in the order of the run.
    public mutating func run(
        _ script: SieveScript, observer: SieveObserver? = nil
    ) throws(SieveRuntimeError) -> Bool {
        tally.beginScript()
        included = []
        searches = script.searches
        _ = try execute(script, observer)
        return tally.goesOn
    }

    /// Runs a script in a table of variables of its own; false if it stopped all.
    private mutating func execute(
        _ script: SieveScript, _ observer: SieveObserver?
    ) throws(SieveRuntimeError) -> Bool {
        let outer = variables.enter(variableCount: script.variableCount)
        let depth = loops.depth
        defer {
            variables.leave(to: outer)
            loops.leave(to: depth)
        }
        var next = 0
        while next < script.instructions.count {
            switch try step(script, at: next, observer) {
            case .goOn(let following): next = following
            case .leave: return true
            case .stop: return false
            }
        }
        return true
    }

    /// What comes after an instruction.
    package enum Step {
        /// The instruction at this index.
        case goOn(Int)
        /// Nothing in this script.
        case leave
        /// Nothing at all.
        case stop
    }

    /// Carries out one instruction.
    package mutating func step(
        _ script: SieveScript, at index: Int, _ observer: SieveObserver?
    ) throws(SieveRuntimeError) -> Step {
        stepCount += 1
        do throws(SieveFault) { try spend(WorkCost.step) } catch {
            throw SieveRuntimeError(fault: error, rule: script.name)
        }
        switch script.instructions[index] {
        case .jump(let label): return .goOn(script.address(of: label))
        case .section, .endSection: return .goOn(index + 1)
        case .enterParts(let place):
            do throws(SieveFault) {
                try enterParts()
            } catch {
                throw SieveRuntimeError(fault: error, rule: script.rule(at: place))
            }
            return .goOn(index + 1)
        case .nextPart(let done):
            guard stepCount <= Limits.stepCount else {
                throw SieveRuntimeError(fault: .tooManySteps, rule: script.name)
            }
            return .goOn(loops.advance() ? index + 1 : script.address(of: done))
        case .leaveParts:
            if loops.depth > 0 { loops.leave() }
            return .goOn(index + 1)
        case .stop(let place):
            observer?(SieveStep(.action("stop"), at: place, in: script))
            return .stop
        case .leave(let place):
            observer?(SieveStep(.action("return"), at: place, in: script))
            return .leave
        case .include(let inclusion, let place):
            observer?(SieveStep(.action("include"), at: place, in: script))
            guard included.insert(inclusion.name).inserted || !inclusion.isOnce else {
                return .goOn(index + 1)
            }
            return try execute(inclusion.script, observer) ? .goOn(index + 1) : .stop
        case .check(let condition, let place, let whenTrue, let whenFalse):
            do throws(SieveFault) {
                try checkEffort()
                let holds = try condition.holds(in: &self)
                observer?(SieveStep(.test(type(of: condition).name, holds: holds), at: place, in: script))
                return .goOn(script.address(of: holds ? whenTrue : whenFalse))
            } catch {
                throw SieveRuntimeError(fault: error, rule: script.rule(at: place))
            }
        case .perform(let action, let place):
            do throws(SieveFault) {
                try checkEffort()
                try action.perform(in: &self, rule: script.rule(at: place))
                observer?(SieveStep(.action(type(of: action).name), at: place, in: script))
                return .goOn(index + 1)
            } catch {
                throw SieveRuntimeError(fault: error, rule: script.rule(at: place))
            }
        }
    }
}

// MARK: Parts

extension SieveRun {
    /// The parts of the message; nil: the host does not offer what stands behind the header.
    mutating func structure() throws(SieveFault) -> MIMEStructure? {
        guard var content = message.content else { return nil }
        let structure = try content.structure(&self)
        message.content = content
        return structure
    }

    private mutating func enterParts() throws(SieveFault) {
        guard let structure = try structure() else { return }
        try spend(structure.parts.count * WorkCost.field)
        try loops.enter(structure)
    }
}

// MARK: For conditions and actions

extension SieveRun {
    /// Work done for a script: so many bytes were looked at, or what takes as long.
    mutating func spend(_ amount: Int) throws(SieveFault) { try work.spend(amount) }

    /// Work done so far; see `SieveLimits.workCount`.
    public var workCount: Int { work.spent }

    /// Throws where the scripts made more steps, or took more time, than they may.
    private func checkEffort() throws(SieveFault) {
        guard stepCount <= Limits.stepCount else { throw .tooManySteps }
        if let isOverdue = context.isOverdue, isOverdue() { throw .overdue }
    }
}

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

    /// A string with the values of variables in it.
    package func expanded(_ string: ScriptString) -> [UInt8] { variables.expanded(string) }

    /// The same as text.
    package func text(_ string: ScriptString) -> String {
        String(decoding: variables.expanded(string), as: UTF8.self)
    }

    /// Adds an action, which may exclude or repeat one of the same script.
    mutating func add(_ kind: SieveAction.Kind, rule: String) throws(SieveFault) {
        try tally.add(SieveAction(kind: kind, rule: rule, outgoing(for: kind)), context.limits)
    }
}

// MARK: For test files

extension SieveRun {
    /// Begins anew with another message and envelope; variables stay.
    package mutating func begin(_ message: SieveMessage, _ envelope: SieveEnvelope) {
        self.message = message
        self.envelope = envelope
        forgetEdits()
    }

    private mutating func forgetEdits() {
        header = EditedHeader(message.fields)
        edited = nil
        enclosures = []
        loops = PartLoops()
        adoptedKeep = nil
    }

    /// Changes what surrounds the message.
    package mutating func change(_ edit: (inout SieveContext) -> Void) {
        edit(&context)
        work.limit = context.limits.workCount
    }

    /// Another envelope for the same message.
    package mutating func change(envelope: SieveEnvelope) { self.envelope = envelope }

    /// Makes room for the variables of a script that is stepped through from outside.
    package mutating func enter(_ script: SieveScript) {
        _ = variables.enter(variableCount: script.variableCount)
        searches = script.searches
    }

    /// Forgets what is wanted so far.
    package mutating func forgetActions() {
        tally = ActionTally()
        if let edited { message = edited.original }
        forgetEdits()
    }

    /// Wants what another run of the message wants, instead of its own wishes or beside them.
    package mutating func adopt(_ other: SieveRun, beside isBeside: Bool) {
        tally = isBeside ? tally.joined(other.tally) : other.tally
        adoptedKeep = other.implicitKeep
    }

    /// Forgets how many steps were made.
    package mutating func forgetSteps() {
        stepCount = 0
        work = WorkBudget(limit: context.limits.workCount)
        loops = PartLoops()
    }
}
