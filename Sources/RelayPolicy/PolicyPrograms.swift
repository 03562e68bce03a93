import ProgramRunner
import SieveEngine
import Synchronization

/// Programs as the scripts meet them that judge one message. What a program said of the same input and arguments it is not
/// asked again, however many recipients there are.
final class PolicyPrograms: SievePrograms {
    private struct Call: Hashable {
        var purpose: SieveProgramOrder.Purpose
        var name: String
        var arguments: [String]
        var input: Int
    }

    private typealias Answer = Result<SieveProgramOutcome, SieveProgramError>

    private let folder: ProgramFolder
    private let environment: [String: String]
    private let clock: JudgingAids.Clock
    private let answers = Mutex<[Call: Answer]>([:])

    init(_ folder: ProgramFolder, environment: [String: String], clock: JudgingAids.Clock) {
        self.folder = folder
        self.environment = environment
        self.clock = clock
    }

    func run(_ order: SieveProgramOrder) throws(SieveProgramError) -> SieveProgramOutcome {
        let call = Call(
            purpose: order.purpose, name: order.name, arguments: order.arguments, input: Self.hash(of: order))
        if let known = answers.withLock({ $0[call] }) { return try known.get() }
        let answer = Answer { () throws(SieveProgramError) in try ask(order) }
        answers.withLock { $0[call] = answer }
        return try answer.get()
    }

    private func ask(_ order: SieveProgramOrder) throws(SieveProgramError) -> SieveProgramOutcome {
        let limit =
            switch order.purpose {
            case .execute: Limits.programOutputByteCount
            case .filter: Limits.filteredByteCount
            }
        var program = ProgramOrder(order.name, order.arguments, outputByteCountLimit: limit)
        program.environment = environment
        program.inputByteCount = order.inputByteCount
        program.input = order.input
        do throws(ProgramError) {
            let outcome = try folder.run(program, within: clock.left, uptime: clock.uptime)
            return SieveProgramOutcome(status: Int(outcome.status), output: outcome.output)
        } catch { throw SieveProgramError("\(error)") }
    }

    /// Tells inputs apart within one process.
    private static func hash(of order: SieveProgramOrder) -> Int {
        var hasher = Hasher()
        hasher.combine(order.inputByteCount)
        for start in stride(from: 0, to: order.inputByteCount, by: Limits.windowByteCount) {
            hasher.combine(order.input(start..<min(start + Limits.windowByteCount, order.inputByteCount)))
        }
        return hasher.finalize()
    }
}
