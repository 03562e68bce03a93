import MailSyntax
import PosternTestSupport
import Testing

@Suite struct HeaderBlockTests {
    private func values(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return HeaderBlock(bytes).fields.map { "\($0.name)=\(HeaderBlock.unfold(bytes[$0.valueRange]))" }
    }

    private func body(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return String(decoding: bytes[HeaderBlock(bytes).bodyOffset...], as: UTF8.self)
    }

    @Test func `fields, folding and the body are told apart`() {
        let text = "From: ann@x\r\nSubject: one\r\n\ttwo\r\n  three \r\nX-Empty:\r\n\r\nA: body\r\n"
        #expect(values(text) == ["From=ann@x", "Subject=one\ttwo  three", "X-Empty="])
        #expect(body(text) == "A: body\r\n")
    }

    @Test func `ranges cover the bytes of the header without a gap`() {
        let bytes = Array("A: 1\r\nB : 2\r\n 3\r\nC:\r\n\r\nbody".utf8)
        let block = HeaderBlock(bytes)
        #expect(block.fields.map(\.name) == ["A", "B", "C"])
        #expect(block.fields.map(\.range) == [0..<6, 6..<17, 17..<21])
        #expect(block.fields.map(\.valueRange) == [2..<4, 9..<15, 19..<19])
        #expect(block.byteCount == 21)
        #expect(block.bodyOffset == 23)
    }

    @Test func `names are found in any case and in their order`() {
        let bytes = Array("Received: 1\r\nTo: x\r\nRECEIVED: 2\r\n\r\n".utf8)
        let block = HeaderBlock(bytes)
        #expect(block.fields(named: "received").map(\.range.lowerBound) == [0, 20])
        #expect(block.first(named: "TO")?.range == 13..<20)
        #expect(block.first(named: "Cc") == nil)
    }

    @Test(arguments: [
        "no field\r\nA: 1\r\n", " A: 1\r\n", ": 1\r\n", "\u{E4}: 1\r\n", "A B: 1\r\n", "A\u{1}: 1\r\n",
    ])
    func `a line that is no field begins the body`(line: String) {
        #expect(values("X: 1\r\n" + line) == (line.hasPrefix(" ") ? ["X=1 A: 1"] : ["X=1"]))
        if !line.hasPrefix(" ") { #expect(body("X: 1\r\n" + line) == line) }
    }

    @Test func `a message may be all header, all body or nothing`() {
        #expect(values("A: 1") == ["A=1"] && body("A: 1").isEmpty)
        #expect(values("A: 1\r\n") == ["A=1"] && body("A: 1\r\n").isEmpty)
        #expect(values("\r\nA: 1") == [] && body("\r\nA: 1") == "A: 1")
        #expect(values("") == [] && body("").isEmpty)
    }

    @Test func `lines of a text file are read too`() {
        #expect(values("A: 1\nB: 2\n 3\n\nbody") == ["A=1", "B=2 3"])
        #expect(body("A: 1\nB: 2\n 3\n\nbody") == "body")
    }

    @Test func `what is not UTF-8 is repaired`() {
        #expect(HeaderBlock.unfold([0x20, 0x61, 0xFF, 0x62, 0x0D, 0x0A]) == "a\u{FFFD}b")
    }

    @Test func `the number of fields is bounded`() {
        let bytes = Array(String(repeating: "A: 1\r\n", count: 100_000).utf8)
        let block = HeaderBlock(bytes)
        #expect(block.fields.count == Limits.headerFieldCount)
        #expect(block.bodyOffset == 6 * Limits.headerFieldCount)
    }
}
