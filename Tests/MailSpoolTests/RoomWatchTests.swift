import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

@Suite struct RoomWatchTests {
    private let clock = ManualClock()
    private let disk = SimulatedDisk()

    private func watch(_ minimumFreeByteCount: Int) -> RoomWatch {
        let options = SpoolOptions(directory: "/", minimumFreeByteCount: minimumFreeByteCount)
        return RoomWatch(disk, options, now: { [clock] in clock.now })
    }

    @Test func `the disk is asked at most once a second, also when the clock is set back`() {
        let watch = watch(1)
        for _ in 0..<5 { #expect(watch.hasRoom) }
        #expect(disk.operationCount == 1)
        clock.advance(by: .milliseconds(999))
        _ = watch.hasRoom
        #expect(disk.operationCount == 1)
        clock.advance(by: .milliseconds(1))
        _ = watch.hasRoom
        #expect(disk.operationCount == 2)
        clock.advance(by: .seconds(-3600))
        _ = watch.hasRoom
        #expect(disk.operationCount == 3)
    }

    @Test func `below the minimum, on a disk that said it is full, and on one that says nothing is no room`()
    {
        #expect(!watch(.max).hasRoom)
        let full = watch(1)
        full.fill()
        #expect(!full.hasRoom)
        clock.advance(by: .seconds(1))
        #expect(full.hasRoom)
        disk.plan(.failures(from: 1, .inputOutput))
        #expect(!watch(0).hasRoom)
    }
}
