import Glibc
import Testing

@testable import postern

@Suite struct ExplainTests {
    private func message(_ chunks: String...) -> SubmittedMessage {
        var message = SubmittedMessage()
        for chunk in chunks { message.append(Array(chunk.utf8)[...]) }
        message.end()
        return message
    }

    @Test(arguments: [
        ("a\r\nb\r\n", "", "a\r\nb\r\n", 0, false), ("a\nb\n", "", "a\r\nb\r\n", 2, false),
        ("a\r", "\nb", "a\r\nb\r\n", 0, false), ("a", "", "a\r\n", 0, false), ("", "", "", 0, false),
        ("a\r\nb\n", "\n", "a\r\nb\r\n\r\n", 2, false), ("a\rb\r\n", "", "a\rb\r\n", 0, true),
        ("a\r", "", "a\r\r\n", 0, true), ("a\r\r\n", "", "a\r\r\n", 0, true),
    ])
    func `a file is taken as a client would submit it`(
        first: String, second: String, submitted: String, completed: Int, hasBareReturn: Bool
    ) {
        let message = message(first, second)
        #expect(String(decoding: message.head, as: UTF8.self) == submitted)
        #expect(message.byteCount == submitted.utf8.count)
        #expect(message.completedLineCount == completed)
        #expect(message.hasBareReturn == hasBareReturn)
    }

    @Test func `of a long message the front is kept, and its size is known`() {
        var message = SubmittedMessage()
        for _ in 0..<1024 { message.append([UInt8](repeating: 0x61, count: 1024)[...]) }
        message.append([0xC3, 0x0A])
        message.end()
        #expect(message.byteCount == 1 << 20 | 3)
        #expect(message.head.count == 512 << 10)
        #expect(message.isEightBit)
    }

    @Test func `only what differs in two headers is told`() {
        let old = Array("A: 1\r\nB: 2\r\nB: 2\r\nC: 3\r\n\tmore\r\n".utf8)
        let new = Array("R: x\r\n\ty\r\nA: 1\r\nB: 2\r\nC: 3\r\n".utf8)
        let change = HeaderChange(from: old, to: new)
        #expect(change.removed == ["B: 2", "C: 3 more"])
        #expect(change.added == ["R: x y", "C: 3"])
    }
}
