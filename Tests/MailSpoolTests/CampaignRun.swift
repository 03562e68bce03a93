import MailSyntax
import PosternTestSupport

@testable import MailSpool

/// One seed's story: operations, failures of the disk, kills and power cuts in random order.
///
/// Told the same again, by whom and when ever, where the hashing of dictionaries is deterministic.
struct CampaignRun {
    private enum Step: CaseIterable {
        case acceptShort
        case acceptLong
        case acceptWide
        case acceptJoined
        case abort
        case deferral
        case delivery
        case hold
        case release
        case reroute
        case finish
        case delete
        case deleteShare
        case catchUp
        case reopen
        case reopenTaking
        case scanCutShort
        case kill
        case powerCut

        /// What befalls mail that stays for long: it is appended to, again and again, where appends were torn.
        static let wear: [Step] = [
            .deferral, .deferral, .delivery, .hold, .release, .reroute, .deleteShare, .catchUp, .reopen,
            .kill,
            .powerCut, .powerCut,
        ]
    }

    private var random: SeededRandom
    /// A story of few entries and many troubles, else of everything.
    private let isOfWear: Bool
    private let model = SpoolModel()
    private var accepted: UInt64 = 0
    /// What the step was about.
    private var touched: QueueID?
    /// What goes wrong in this step.
    private var plan = SimulatedDisk.Plan.nothing
    /// What is being done, for whoever reads of a finding.
    private(set) var context: String
    private let tell: (String) -> Void

    /// `tell` hears of each step.
    init(seed: UInt64, tell: @escaping (String) -> Void = { _ in }) {
        random = SeededRandom(seed: seed)
        isOfWear = Int.random(in: 0..<3, using: &random) == 0
        context = "seed \(seed)"
        self.tell = tell
    }

    mutating func go() throws {
        let seed = context
        try model.open()
        for number in 1...Int.random(in: isOfWear ? 8...24 : 4...16, using: &random) {
            let step = step(number)
            context = "\(seed), step \(number), \(step)"
            try go(step)
        }
        context = "\(seed), end"
        try restart()
    }

    private mutating func step(_ number: Int) -> Step {
        // Mail comes before anything can be done with it.
        if number < 3 { return isOfWear && Bool.random(using: &random) ? .acceptWide : .acceptShort }
        return (isOfWear ? Step.wear : Step.allCases).randomElement(using: &random) ?? .reopen
    }

    private mutating func go(_ step: Step) throws {
        plan = makePlan()
        touched = model.live.randomElement(using: &random)
        model.disk.plan(plan)
        var failed = false
        do throws(SpoolError) { try perform(step) } catch { failed = true }
        let isReached = model.disk.isPlanReached
        tell("\(context): \(plan)\(isReached ? ", reached" : "")\(failed ? ", failed" : "")")
        guard !failed || isReached else { throw Finding("failed for no reason") }
        if case .powerCut = plan, isReached { try restart() }
        model.disk.plan(.nothing)
        switch step {
        case .kill: try killed()
        case .powerCut: try restart()
        default: break
        }
        if model.folder == nil { try model.open() }
        // Who starts anew knows only what is on the disk.
        let isStarted = [.reopen, .reopenTaking, .scanCutShort].contains(step)
        for id in isStarted ? model.live : touched.map({ [$0] }) ?? [] { try model.look(id) }
        try model.throwFinding()
    }

    private mutating func restart() throws {
        let loss: SimulatedDisk.Loss
        switch Int.random(in: isOfWear ? 1..<8 : 0..<4, using: &random) {
        case 0: loss = .everything
        case 1: loss = .nothing
        default: loss = .byChance(SeededRandom(seed: random.next()))
        }
        tell("\(context): power cut, \(loss)")
        try model.restart(loss)
        // A power cut of an earlier restart may have torn what is still there.
        try model.check(tears: true)
    }

    private func killed() throws {
        try model.kill()
        try model.check(tears: true, wasKilled: true)
    }

    private mutating func makePlan() -> SimulatedDisk.Plan {
        // A change is six calls, a start thirty.
        let last = Bool.random(using: &random) ? isOfWear ? 6 : 9 : 30
        let number = Int.random(in: 1...last, using: &random)
        let reason = [DiskError.Reason.inputOutput, .noSpace, .other].randomElement(using: &random) ?? .other
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .failure(at: number, reason)
        case 1: return .failures(from: number, reason)
        case 2: return .shortWrite(at: number, .noSpace)
        case 3, 4: return .powerCut(before: number)
        default: return .nothing
        }
    }

    private mutating func perform(_ step: Step) throws(SpoolError) {
        switch step {
        case .acceptShort: try accept(Int.random(in: 0...1500, using: &random), chunk: nil)
        case .acceptLong: try accept(Int.random(in: 1200...4000, using: &random), chunk: 1000)
        case .acceptWide:
            let most = Limits.wholeShareCount
            let shareCount = Int.random(in: isOfWear ? most - 1...most + 2 : 1...most + 4, using: &random)
            let entry = Samples.wide(shareCount: shareCount)
            try model.accept(nextID(), entry, Samples.message(200, seed: random.next()))
        case .acceptJoined:
            let (first, entry) = (nextID(), Bool.random(using: &random) ? Samples.plain : Samples.split(100))
            try model.accept(first, joinedBy: nextID(), entry, Samples.message(100, seed: random.next()))
        case .abort: try model.abort(nextID(), Samples.message(300))
        case .deferral: try change(keeps: true) { share, _ in share.deferred(share.attemptCount + 1) }
        case .delivery: try change(keeps: true) { share, random in share.deliverOne(of: &random) }
        case .hold:
            try change(keeps: false) { share, _ in
                if share.standing == .waiting {
                    share.standing = .held(Hold(reason: "", heldAt: Samples.time))
                }
            }
        case .release: try change(keeps: false) { share, _ in share.standing = .waiting }
        case .reroute:
            try change(keeps: false) { share, _ in share.stream = share.stream == "bulk" ? "other" : "bulk" }
        case .finish: if let touched { try model.finish(touched) }
        case .delete: if let touched { try model.delete(touched) }
        case .deleteShare:
            if let id = touched, let states = model.expected[id]?.states {
                try model.delete(id, only: Int.random(in: 1...states.count, using: &random))
            }
        case .catchUp: model.catchUp()
        case .reopen: try model.open()
        case .reopenTaking:
            let message = Samples.message(Int.random(in: 100...2000, using: &random), seed: random.next())
            try model.open(taking: nextID(), Samples.plain, message, chunk: 500)
        case .scanCutShort: try model.open(scanning: Int.random(in: 1...3, using: &random))
        case .kill, .powerCut: break
        }
    }

    private mutating func nextID() -> QueueID {
        accepted += 1
        let id = QueueID(accepted << 20 | random.next() & 0xFFFF)
        touched = id
        return id
    }

    private mutating func accept(_ byteCount: Int, chunk: Int?) throws(SpoolError) {
        let entry = Bool.random(using: &random) ? Samples.plain : Samples.split(byteCount)
        let message = Samples.message(byteCount, seed: random.next())
        try model.accept(nextID(), entry, message, chunk: chunk)
    }

    private mutating func change(
        keeps: Bool, _ body: (inout Share, inout SeededRandom) -> Void
    ) throws(SpoolError) {
        guard let id = touched, let number = model.expected[id]?.states.indices.randomElement(using: &random),
            let before = model.expected[id]?.states[number].last, before.standing != .ended
        else { return }
        var share = before
        body(&share, &random)
        do throws(SpoolError) {
            try model.change(ShareID(entry: id, number: number + 1), keeps: keeps) { $0 = share }
        } catch {
            model.disk.plan(.nothing, keepingReached: true)
            // A wish that the disk refused once is no more; of a disk that goes on refusing nothing is known.
            let isUndone = if case .failure = plan { true } else { false }
            do { try model.look(id, expecting: keeps ? share : isUndone ? before : nil) } catch let wrong {
                model.note(Finding("\(wrong)"), unless: false)
            }
            if case .powerCut = plan { throw error }
            guard !keeps, Bool.random(using: &random) else { throw error }
            try model.change(ShareID(entry: id, number: number + 1), keeps: false, again: true) { $0 = share }
        }
    }
}

extension Share {
    /// Never the last: that is the last delivery.
    fileprivate mutating func deliverOne(of random: inout SeededRandom) {
        let pending = recipients.indices.filter { recipients[$0].status == .pending }
        guard pending.count > 1, let place = pending.randomElement(using: &random) else { return }
        recipients[place].status = Bool.random(using: &random) ? .delivered : .failed
        recipients[place].reply = "250 2.0.0 ok"
    }

    mutating func deferred(_ count: Int) {
        var change = ShareChange()
        change.attemptCount = count
        change.nextAttemptAt = Samples.time + .seconds(600 * count)
        change.lastReply = "450 4.2.0 greylisted \(count)"
        change.isWarned = count > 1
        apply(change)
    }
}
