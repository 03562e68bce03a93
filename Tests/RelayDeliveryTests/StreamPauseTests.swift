import MailSyntax
import Testing

@testable import RelayDelivery

@Suite struct StreamPauseTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(millisecondsSince1970: seconds * 1000) }

    private func pause(_ reason: String = "why", until: Int64? = nil) -> StreamPause {
        StreamPause(operatorName: "root (sudo: anna)", reason: reason, since: at(10), until: until.map(at))
    }

    @Test func `a pause ends when somebody says so, or when its time is up`() {
        var book = PauseBook()
        #expect(
            book.pause("a", pause(until: 30)) && book.pause("b", pause()) && book.pause("c", pause(until: 20))
        )
        #expect(book.nextEnd == at(20))
        let (early, late) = (book.endThoseOver(at: at(19)), book.endThoseOver(at: at(30)))
        #expect(early.isEmpty)
        #expect(late.map(\.stream) == ["c", "a"])
        #expect(book.nextEnd == nil)
        #expect(book["a"] == nil && book["b"] == pause())
        let (ended, again) = (book.resume("b"), book.resume("b"))
        #expect(ended == pause() && again == nil)
    }

    @Test func `to pause again says anew why and how long`() {
        var book = PauseBook()
        _ = book.pause("a", pause("one", until: 20))
        _ = book.pause("a", pause("two"))
        #expect(book.pauses == ["a": pause("two")])
    }

    @Test func `so many pauses are remembered and no more`() {
        var book = PauseBook()
        for number in 0..<Limits.pauseCount { _ = book.pause("s\(number)", pause()) }
        let (isTaken, isChanged) = (book.pause("one more", pause()), book.pause("s7", pause("again")))
        #expect(!isTaken && isChanged && book.pauses.count == Limits.pauseCount)
        #expect(PauseBook(text: book.text) == book)
    }

    @Test func `a pause survives as text, whatever its words`() {
        var book = PauseBook()
        _ = book.pause("a", pause("Umzug – heute\tund\nmorgen", until: 20))
        _ = book.pause("b.c-d", pause(""))
        let read = PauseBook(text: book.text)
        #expect(read?["a"] == pause("Umzug – heute und morgen", until: 20))
        #expect(read?["b.c-d"] == pause(""))
        #expect(PauseBook(text: "") == PauseBook())
    }

    @Test(arguments: [
        "a", "a\t1\t-\tx\n", "a\t1\t\tx\ty\n", "a\tx\t-\tx\ty\n", "\t1\t-\tx\ty\n", "a\t-1\t-\tx\ty\n",
        "a\t1\t2\tx\ty\tz\n", "a\t99999999999999999\t-\tx\ty\n", "\u{0}\u{1}",
    ])
    func `what is no list of pauses is not guessed at`(text: String) {
        #expect(PauseBook(text: text) == nil)
    }
}
