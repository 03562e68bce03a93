import Foundation
import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

/// Operations, failures and power cuts in random order, by seed.
///
/// POSTERN_SIMULATION_RUNS says how many seeds are run; POSTERN_SIMULATION_SEED runs one again.
@Suite struct CampaignTests {
    @Test func `whatever happens in whatever order, acknowledged mail is kept and nothing else`() throws {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["POSTERN_SIMULATION_SEED"].flatMap(UInt64.init) {
            return try run(seed, isSingle: true)
        }
        let count = environment["POSTERN_SIMULATION_RUNS"].flatMap(UInt64.init) ?? 1000
        for seed in 1...count { try run(seed) }
    }

    private func run(_ seed: UInt64, isSingle: Bool = false) throws {
        var run = CampaignRun(seed: seed, isSingle: isSingle)
        do { try run.go() } catch { Issue.record("\(run.context): \(error)") }
    }
}

/// One seed's story.
private struct CampaignRun {
    private enum Step: CaseIterable {
        case acceptShort
        case acceptLong
        case abort
        case deferral
        case delivery
        case hold
        case release
        case reroute
        case finish
        case delete
        case reopen
        case powerCut
    }

    private let seed: UInt64
    private let isSingle: Bool
    private var random: SeededRandom
    private let model = SpoolModel()
    private var accepted: UInt64 = 0
    private(set) var context: String

    init(seed: UInt64, isSingle: Bool) {
        self.seed = seed
        self.isSingle = isSingle
        random = SeededRandom(seed: seed)
        context = "seed \(seed)"
    }

    mutating func go() throws {
        try model.open()
        for number in 1...Int.random(in: 4...16, using: &random) {
            // Mail comes before anything can be done with it.
            let step = number < 3 ? .acceptShort : Step.allCases.randomElement(using: &random) ?? .reopen
            context = "seed \(seed), step \(number), \(step)"
            let plan = plan()
            model.disk.plan(plan)
            var failed = false
            do throws(SpoolError) { try perform(step) } catch { failed = true }
            let isReached = model.disk.isPlanReached
            if isSingle { print(context, plan, failed ? "failed" : "", isReached ? "reached" : "") }
            #expect(!failed || isReached, "\(context): failed for no reason")
            if case .powerCut = plan, isReached { try restart() }
            model.disk.plan(.nothing)
            if model.folder == nil { try model.open() }
            for id in model.live { try model.look(id, context) }
        }
        context = "seed \(seed), end"
        try restart()
    }

    private mutating func restart() throws {
        let loss: SimulatedDisk.Loss
        switch Int.random(in: 0..<4, using: &random) {
        case 0: loss = .everything
        case 1: loss = .nothing
        default: loss = .byChance(SeededRandom(seed: random.next()))
        }
        try model.restart(loss)
        // A power cut of an earlier restart may have torn what is still there.
        try model.check(tears: true, context)
        model.forgetWhatIsNotThere()
    }

    private mutating func plan() -> SimulatedDisk.Plan {
        let number = Int.random(in: 1...9, using: &random)
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
        case .abort: try model.abort(nextID(), Samples.message(300))
        case .deferral: try change(keeps: true) { share, random in share.deferred(share.attemptCount + 1) }
        case .delivery:
            try change(keeps: true) { share, random in
                // Never all of them: that is the last delivery.
                let pending = share.recipients.indices.filter { share.recipients[$0].status == .pending }
                guard pending.count > 1, let place = pending.randomElement(using: &random) else { return }
                share.recipients[place].status = Bool.random(using: &random) ? .delivered : .failed
                share.recipients[place].reply = "250 2.0.0 ok"
            }
        case .hold:
            try change(keeps: false) { share, _ in
                if share.standing == .waiting {
                    share.standing = .held(Hold(reason: "", heldAt: Samples.time))
                }
            }
        case .release:
            try change(keeps: false) { share, _ in if share.standing != .ended { share.standing = .waiting } }
        case .reroute:
            try change(keeps: false) { share, _ in share.stream = share.stream == "bulk" ? "other" : "bulk" }
        case .finish: if let id = model.live.randomElement(using: &random) { try model.finish(id) }
        case .delete: if let id = model.live.randomElement(using: &random) { try model.delete(id) }
        case .reopen: try model.open()
        case .powerCut:
            model.disk.plan(.powerCut(before: 1))
            try model.open()
        }
    }

    private mutating func nextID() -> QueueID {
        accepted += 1
        return QueueID(accepted << 20 | random.next() & 0xFFFF)
    }

    private mutating func accept(_ byteCount: Int, chunk: Int?) throws(SpoolError) {
        let entry = Bool.random(using: &random) ? Samples.plain : Samples.split(byteCount)
        let message = Samples.message(byteCount, seed: random.next())
        try model.accept(nextID(), entry, message, chunk: chunk)
    }

    private mutating func change(
        keeps: Bool, _ body: (inout Share, inout SeededRandom) -> Void
    ) throws(SpoolError) {
        guard let id = model.live.randomElement(using: &random),
            let number = model.expected[id]?.states.indices.randomElement(using: &random)
        else { return }
        var copy = random
        defer { random = copy }
        // The body may be asked twice, and must answer the same.
        let before = model.expected[id]?.states[number].last
        guard var after = before, after.standing != .ended else { return }
        body(&after, &copy)
        let share = after
        do throws(SpoolError) {
            try model.change(ShareID(entry: id, number: number + 1), keeps: keeps) { $0 = share }
        } catch {
            let reason = error
            model.disk.plan(.nothing, keepingReached: true)
            do { try model.look(id, expecting: keeps ? share : nil, context) } catch {
                Issue.record("\(context): \(error)")
            }
            throw reason
        }
    }
}
