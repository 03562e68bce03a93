import Synchronization
import Testing

@testable import RelayPolicy

@Suite struct PolicyPoolTests {
    private final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock { $0.most } }

        func measured(_ number: Int) -> Int {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            defer { state.withLock { $0.now -= 1 } }
            return number
        }
    }

    @Test func `all work is done, and never more at once than allowed`() async {
        let (pool, gauge) = (PolicyPool(threadCountLimit: 3), Gauge())
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 1...200 {
                group.addTask { await pool.run { gauge.measured(number) } }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 20_100)
        #expect(gauge.most <= 3)
    }
}
