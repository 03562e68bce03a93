import Foundation
import Synchronization

/// Why a test could not go on.
struct StageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Looks until there is something to see, and fails by name after a bound that no working machine needs.
func awaiting<Seen>(
    _ what: @autoclosure () -> String, within bound: Duration = .seconds(60), _ look: () throws -> Seen?
) throws -> Seen {
    let clock = ContinuousClock()
    let end = clock.now + bound
    while true {
        if let seen = try look() { return seen }
        guard clock.now < end else { throw StageError("waited \(bound) in vain: \(what())") }
        usleep(5_000)  // between two looks
    }
}

/// The same for a condition.
func until(
    _ what: @autoclosure () -> String, within bound: Duration = .seconds(60), _ holds: () throws -> Bool
) throws {
    _ = try awaiting(what(), within: bound) { try holds() ? true : nil }
}

/// Runs the body on as many threads as told, each with its number; returns what they returned, in no order.
func onThreads<Output: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Output
) throws -> [Output] {
    let outputs = Gathered<Output>()
    let group = DispatchGroup()
    for number in 0..<count {
        group.enter()
        Thread.detachNewThread {
            outputs.add(Result { try body(number) })
            group.leave()
        }
    }
    group.wait()
    return try outputs.all.map { try $0.get() }
}

/// What several threads came to.
private final class Gathered<Output: Sendable>: Sendable {
    private let results = Mutex<[Result<Output, any Error>]>([])

    var all: [Result<Output, any Error>] { results.withLock { $0 } }

    func add(_ result: Result<Output, any Error>) { results.withLock { $0.append(result) } }
}
