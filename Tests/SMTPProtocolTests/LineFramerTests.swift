import SMTPProtocol
import Testing

@Suite struct LineFramerTests {
    private func frames(_ text: String, limit: Int = 20, cutEvery size: Int = .max) -> [LineFramer.Framed] {
        var framer = LineFramer(limit: limit)
        var found: [LineFramer.Framed] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(size, max(bytes.count, 1))) {
            framer.append(Array(bytes[start..<min(start + min(size, bytes.count), bytes.count)]))
            while let framed = framer.next() { found.append(framed) }
        }
        return found
    }

    private func line(_ text: String) -> LineFramer.Framed { .line(Array(text.utf8)) }

    @Test func `lines end with CRLF`() {
        #expect(frames("EHLO a\r\nQUIT\r\nrest") == [line("EHLO a"), line("QUIT")])
    }

    @Test func `a bare LF spoils its line alone`() {
        #expect(frames("NOOP\nQUIT\r\n") == [.bareLineEnd, line("QUIT")])
    }

    @Test func `a bare CR spoils the line it stands in`() {
        #expect(frames("NO\rOP\r\nQUIT\r\n") == [.bareLineEnd, line("QUIT")])
        #expect(frames("NOOP\r\r\n") == [.bareLineEnd])
        #expect(frames("\rNOOP\r\n") == [.bareLineEnd])
    }

    @Test func `the limit counts the line end`() {
        let longest = String(repeating: "x", count: 18)
        #expect(frames(longest + "\r\n") == [line(longest)])
        #expect(frames(longest + "x\r\nQUIT\r\n") == [.tooLong, line("QUIT")])
    }

    @Test func `an endless line is swallowed without being kept`() {
        var framer = LineFramer(limit: 20)
        for _ in 0..<1000 {
            framer.append(Array(repeating: 0x78, count: 1000))
            #expect(framer.next() == nil)
        }
        #expect(!framer.isEmpty)
        framer.append(Array("\r\nQUIT\r\n".utf8))
        #expect(framer.next() == .tooLong)
        #expect(framer.next() == line("QUIT"))
        #expect(framer.isEmpty)
    }

    @Test(arguments: 1...30)
    func `lines do not depend on how the bytes were cut`(size: Int) {
        let text = "EHLO a\r\nNOOP\nNO\rOP\r\n\r\n\n\r" + String(repeating: "y", count: 40) + "\r\nQUIT\r\n"
        #expect(frames(text, cutEvery: size) == frames(text))
    }

    @Test func `what follows DATA is handed over whole`() {
        var framer = LineFramer(limit: 20)
        framer.append(Array("DATA\r\nline\r\nmore".utf8))
        #expect(framer.next() == line("DATA"))
        #expect(!framer.isEmpty)
        #expect(framer.takeBuffered() == Array("line\r\nmore".utf8))
        #expect(framer.isEmpty)
        #expect(framer.next() == nil)
    }
}
