import MailSyntax
import Testing

@testable import RelayDelivery

@Suite struct UncountedTimeTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(millisecondsSince1970: seconds * 1000) }

    private func counted(_ time: UncountedTime, _ start: Int64, _ end: Int64) -> Int64 {
        time.counted(from: at(start), to: at(end)).components.seconds
    }

    @Test func `without trouble all time counts, and there is never less than none`() {
        #expect(counted(UncountedTime(), 10, 60) == 50)
        #expect(counted(UncountedTime(), 60, 10) == 0)
    }

    @Test func `time behind trouble does not count, whether it is over or goes on`() {
        var time = UncountedTime()
        time.begin(.trouble, at: at(100))
        #expect(counted(time, 80, 130) == 20)
        time.end(.trouble, at: at(140))
        #expect(counted(time, 80, 180) == 60)
    }

    @Test func `trouble before the mail came is nothing to it`() {
        var time = UncountedTime()
        time.begin(.trouble, at: at(100))
        time.end(.trouble, at: at(200))
        #expect(counted(time, 230, 260) == 30)
        #expect(counted(time, 180, 260) == 60)
    }

    @Test func `several causes that overlap are one span, over when the last one is`() {
        var time = UncountedTime()
        time.begin(.trouble, at: at(100))
        time.begin(.paused, at: at(110))
        time.begin(.trouble, at: at(115))
        time.end(.trouble, at: at(120))
        #expect(counted(time, 90, 130) == 10)
        time.end(.paused, at: at(140))
        time.end(.paused, at: at(150))
        #expect(counted(time, 90, 200) == 70)
    }

    @Test func `a clock set back in a span makes it longer, never negative`() {
        var time = UncountedTime()
        time.begin(.trouble, at: at(1000))
        time.begin(.trouble, at: at(400))
        time.end(.trouble, at: at(450))
        #expect(counted(time, 400, 1000) == 550)
        #expect(counted(time, 380, 450) == 20)

        time.begin(.trouble, at: at(300))
        time.end(.trouble, at: at(200))
        #expect(counted(time, 0, 2000) == 1850)
    }

    @Test func `spans that a clock set back laid over each other count once`() {
        var time = UncountedTime()
        for start in [100, 300, 150, 120] as [Int64] {
            time.begin(.trouble, at: at(start))
            time.end(.trouble, at: at(start + 100))
        }
        #expect(counted(time, 0, 500) == 250)
        #expect(time.spans == [at(100)..<at(250), at(300)..<at(400)])
    }

    @Test func `the number of spans is bounded in favour of the mail, and the shortest gap goes first`() {
        var time = UncountedTime()
        for round in 0..<(2 * Int64(Limits.uncountedSpanCount)) {
            time.begin(.trouble, at: at(round * 10))
            time.end(.trouble, at: at(round * 10 + (round == 7 ? 9 : 1)))
        }
        #expect(time.spans.count == Limits.uncountedSpanCount)
        #expect(time.spans.contains { $0.contains(at(79)) })
        #expect(counted(time, 0, 5120) < 5120 - 512)
    }

    @Test func `spans of years ago are forgotten`() {
        var time = UncountedTime()
        for day in [0, 1000] as [Int64] {
            time.begin(.trouble, at: at(day * 86_400))
            time.end(.trouble, at: at(day * 86_400 + 1))
        }
        #expect(time.spans == [at(86_400_000)..<at(86_400_001)])
    }

    @Test func `the text reads back as it was`() throws {
        var time = UncountedTime()
        #expect(UncountedTime(text: time.text) == time)
        time.begin(.trouble, at: at(100))
        time.end(.trouble, at: at(200))
        #expect(UncountedTime(text: time.text) == time)
        time.begin(.paused, at: at(300))
        time.begin(.trouble, at: at(310))
        #expect(time.text == "100000 200000\n300000 trouble paused\n")
        #expect(UncountedTime(text: time.text) == time)
    }

    @Test func `the longest text there can be reads back`() throws {
        let start = Limits.latestTime - 10_000
        var time = UncountedTime()
        for round in 0..<Int64(Limits.uncountedSpanCount) {
            time.begin(.trouble, at: Timestamp(millisecondsSince1970: start + round * 4))
            time.end(.trouble, at: Timestamp(millisecondsSince1970: start + round * 4 + 2))
        }
        for cause in UncountedTime.Cause.allCases { time.begin(cause, at: at(1)) }
        #expect(UncountedTime(text: time.text) == time)
    }

    @Test(arguments: [
        "x", "100", "200 100\n", "100 200 300\n", "100 sleep\n", "100 trouble\n200 trouble\n", "-5 100\n",
        "100 trouble trouble\n", "100 9223372036854775807\n", "\u{0}\u{0}\u{0}",
    ])
    func `other text is refused`(text: String) {
        #expect(UncountedTime(text: text) == nil)
    }
}
