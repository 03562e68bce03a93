import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

@Suite struct RoomWatchTests {
    private let clock = ManualClock()
    private let disk = SimulatedDisk()

    private func watch(_ minimumFreeByteCount: Int) -> RoomWatch {
        let options = SpoolOptions(directory: "/", minimumFreeByteCount: minimumFreeByteCount)
        return RoomWatch(disk, options, now: { [clock] in clock.now }, run: { $0() })
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

    @Test func `below the minimum, and on a disk that says nothing, is no room`() {
        #expect(!watch(.max).hasRoom)
        disk.plan(.failures(from: 1, .inputOutput))
        #expect(!watch(0).hasRoom)
    }

    @Test func `a disk that refused a commit has room again once it has stored something`() throws {
        try disk.makeFolder("/queue")
        let watch = watch(1)
        watch.distrust(.unavailable("read-only"))
        #expect(!watch.hasRoom && watch.trouble == "read-only")
        clock.advance(by: .seconds(1))
        // What it says it has is not believed: the third call is the first of the probe that stores.
        disk.plan(.failures(from: 3, .other))
        #expect(!watch.hasRoom)
        #expect(disk.operationCount > 2 && watch.trouble?.contains("as planned") == true)
        disk.plan(.nothing)
        #expect(!watch.hasRoom, "the disk is asked once a second")
        clock.advance(by: .seconds(1))
        #expect(!watch.hasRoom, "the probe is only begun")
        #expect(watch.hasRoom && watch.trouble == nil)
        #expect(disk.paths == ["/queue/"])
    }

    @Test func `what is no fault of the disk is no trouble`() {
        let watch = watch(1)
        watch.distrust(.tooLarge("a field"))
        #expect(watch.hasRoom)
    }
}
