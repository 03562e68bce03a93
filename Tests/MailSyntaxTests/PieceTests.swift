import MailSyntax
import PosternTestSupport
import Testing

@Suite struct PieceTests {
    @Test func `an edit of an edited message is one edit of the message`() {
        let inner: [Piece] = [.original(0..<3), .added(Array("XY".utf8)), .original(5..<8)]
        let outer: [Piece] = [.original(2..<4), .added(Array("!".utf8)), .original(4..<8)]
        let expected: [Piece] = [
            .original(2..<3), .added(Array("X".utf8)), .added(Array("!".utf8)), .added(Array("Y".utf8)),
            .original(5..<8),
        ]
        #expect(outer.over(inner) == expected)
    }

    @Test func `two edits and the one that they make leave the same bytes`() {
        var random = SeededRandom(seed: 7)
        let message = Array("From: root\r\nTo: root\r\nSubject: x\r\n".utf8)
        for _ in 0..<500 {
            let inner = pieces(of: message.count, &random)
            let middle = inner.bytes(of: message)
            let outer = pieces(of: middle.count, &random)
            #expect(outer.over(inner).bytes(of: message) == outer.bytes(of: middle))
        }
    }

    /// Pieces in any order, some of them there twice, some empty.
    private func pieces(of byteCount: Int, _ random: inout SeededRandom) -> [Piece] {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
            let start = Int.random(in: 0...byteCount, using: &random)
            let end = Int.random(in: start...byteCount, using: &random)
            return Bool.random(using: &random)
                ? .original(start..<end) : .added([UInt8](repeating: 0x41, count: end - start))
        }
    }
}
