import Foundation
import Synchronization
import Testing

@testable import MailSpool

@Suite struct DiskPoolTests {
    @Test func `commits go before records, each in their order`() async {
        let pool = DiskPool(threadCount: 1)
        let gate = DispatchSemaphore(value: 0)
        let done = Mutex<[String]>([])
        _ = pool.submit(.records) { gate.wait() }
        for number in 1...2 {
            _ = pool.submit(.records) { done.withLock { $0.append("record \(number)") } }
            _ = pool.submit(.commits) { done.withLock { $0.append("commit \(number)") } }
        }
        gate.signal()
        await pool.stopped()
        #expect(done.withLock { $0 } == ["commit 1", "commit 2", "record 1", "record 2"])
    }

    @Test func `a pool that was stopped does what it took and takes nothing more`() async {
        let pool = DiskPool(threadCount: 3)
        let count = Atomic(0)
        for _ in 0..<100 { _ = pool.submit(.records) { count.add(1, ordering: .relaxed) } }
        await pool.stopped()
        await pool.stopped()
        #expect(count.load(ordering: .relaxed) == 100)
        #expect(!pool.submit(.commits) {})
        await #expect(throws: SpoolError.closed) { try await pool.run(.commits) { () throws(SpoolError) in } }
    }
}
