import Testing

@testable import RelayControl

@Suite struct LineSplitterTests {
    @Test func `lines are found however the chunks are cut`() throws {
        let text = Array("one\ntwo\n\nthree\n".utf8)
        for size in 1...text.count {
            let splitter = LineSplitter()
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                let chunk = Array(text[start..<min(start + size, text.count)])
                lines += try splitter.lines(in: chunk).map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(lines == ["one", "two", "", "three"])
        }
    }

    @Test func `a line without end is not kept for ever`() throws {
        let splitter = LineSplitter()
        let chunk = [UInt8](repeating: 0x20, count: 1 << 20)
        #expect(throws: LineSplitter.LineTooLong.self) {
            for _ in 0..<17 { _ = try splitter.lines(in: chunk) }
        }
    }
}
