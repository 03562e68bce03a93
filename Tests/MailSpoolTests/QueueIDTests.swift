import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

@Suite struct QueueIDTests {
    @Test(arguments: [0, 1, 31, 32, 1 << 40, UInt64.max])
    func `an ID reads back from its text`(_ number: UInt64) {
        let id = QueueID(number)
        #expect(id.description.utf8.count == 13)
        #expect(QueueID(id.description) == id)
    }

    @Test func `texts sort like their numbers`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<200 {
            let (left, right) = (QueueID(random.next()), QueueID(random.next()))
            #expect((left < right) == (left.description < right.description))
        }
    }

    @Test(arguments: [
        "", "0", "00000000000000", "000000000000", "000000000000U", "000000000000a", "G000000000000",
        "../../../etc/",
    ])
    func `what is no ID is not read as one`(_ text: String) { #expect(QueueID(text) == nil) }

    @Test func `a share reads back from its text`() {
        let share = ShareID(entry: QueueID(77), number: 2)
        #expect(share.description == "\(QueueID(77))/2")
        #expect(ShareID(share.description) == share)
        for text in [
            "\(QueueID(77))", "\(QueueID(77))/0", "\(QueueID(77))/-1", "\(QueueID(77))/02", "/1", "a/b/c",
        ] {
            #expect(ShareID(text) == nil)
        }
    }

    @Test func `IDs grow although the clock goes back and chance repeats`() {
        let time = Mutex<Int64>(1_795_000_000_000)
        let source = QueueIDSource(
            now: {
                time.withLock { time in
                    time -= 5
                    return Timestamp(millisecondsSince1970: time)
                }
            }, random: { .max })
        var last = QueueID(0)
        for _ in 0..<1000 {
            let next = source.next()
            #expect(last < next)
            last = next
        }
        source.pass(QueueID(last.rawValue + 1_000_000))
        #expect(source.next().rawValue > last.rawValue + 1_000_000)
    }
}
