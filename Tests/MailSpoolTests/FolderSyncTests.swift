import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

@Suite struct FolderSyncTests {
    @Test func `all who come during a sync share the next one`() {
        let syncs = Mutex<[Int]>([])
        let concluded = Mutex<[String]>([])
        let latecomers = Mutex<FolderSync?>(nil)
        let sync = FolderSync { folder in
            let number = syncs.withLock { syncs in
                syncs.append(folder)
                return syncs.count
            }
            guard number == 1, let sync = latecomers.withLock({ $0 }) else { return }
            for name in ["b", "c"] { sync.join(folder) { _ in concluded.withLock { $0.append(name) } } }
        }
        latecomers.withLock { $0 = sync }
        sync.join(7) { _ in concluded.withLock { $0.append("a") } }
        #expect(concluded.withLock { $0 } == ["a", "b", "c"])
        #expect(syncs.withLock { $0 } == [7, 7])
        sync.join(7) { _ in }
        #expect(syncs.withLock { $0.count } == 3)
        latecomers.withLock { $0 = nil }
    }

    @Test func `all who share a sync hear of its failure, and the next one is tried anew`() {
        let failures = Mutex<[SpoolError?]>([])
        let count = Mutex(0)
        let sync = FolderSync { _ throws(SpoolError) in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 1 { throw .full }
        }
        for _ in 0..<2 { sync.join(0) { failure in failures.withLock { $0.append(failure) } } }
        #expect(failures.withLock { $0 } == [.full, nil])
    }
}
