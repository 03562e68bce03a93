import PosternTestSupport
import SMTPProtocol
import Testing

@Suite struct DotDecoderTests {
    private struct Result: Equatable {
        var progress = DotDecoder.Progress.more
        var output = ""
        var rest = ""
    }

    private func decode(_ text: String, cutEvery size: Int = .max) -> Result {
        let bytes = Array(text.utf8)
        var decoder = DotDecoder()
        var result = Result()
        var output: [UInt8] = []
        var place = 0
        while result.progress == .more, place < bytes.count {
            var chunk = bytes[place...].prefix(size)
            result.progress = decoder.decode(&chunk, into: &output)
            if result.progress == .more { #expect(chunk.isEmpty) }
            place = chunk.startIndex
        }
        result.output = String(decoding: output, as: UTF8.self)
        result.rest = String(decoding: bytes[place...], as: UTF8.self)
        return result
    }

    @Test(arguments: [
        (".\r\n", "", ""),
        ("a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"),
        ("..\r\n.\r\n", ".\r\n", ""),
        ("...\r\n.\r\n", "..\r\n", ""),
        (".a\r\n.\r\n", "a\r\n", ""),
        ("a.\r\n.b.\r\n\r\n.\r\n.", "a.\r\nb.\r\n\r\n", "."),
        ("\0\u{FF}\r\n.\r\n", "\0\u{FF}\r\n", ""),
    ])
    func `the end is found and dots are taken off`(text: String, message: String, rest: String) {
        #expect(decode(text) == Result(progress: .end, output: message, rest: rest))
    }

    @Test(arguments: [
        "\n", "a\nb\r\n.\r\n", "a\rb\r\n.\r\n", "\r\r\n.\r\n", "a\r\r\n.\r\n", "\n.\r\n", "\r\n.\n",
        "\r\n.\rx",
        ".\n", ".\ra", "..\n", ".\r\r\n", "a\r\n.\r\r\n", "a\r\nb\rc\r\n\r\n.\r\n",
    ])
    func `a bare CR or LF is a violation, however the bytes are cut`(text: String) {
        for size in [1, 2, 3, .max] { #expect(decode(text, cutEvery: size).progress == .violation) }
    }

    @Test func `a CR at the end of the bytes is not yet bare`() {
        #expect(decode("a\r").progress == .more)
        #expect(decode("a\r\n.\r").progress == .more)
    }

    @Test func `a violation stays one`() {
        var decoder = DotDecoder()
        var output: [UInt8] = []
        var bad = Array("a\nb".utf8)[...]
        var end = Array("\r\n.\r\n".utf8)[...]
        #expect(decoder.decode(&bad, into: &output) == .violation)
        #expect(decoder.decode(&end, into: &output) == .violation)
    }

    @Test func `what is decoded does not depend on how the bytes were cut`() {
        var random = SeededRandom(seed: 7)
        let alphabet = Array("....\r\n\r\n\r\nab")
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? "a"
                })
            let whole = decode(text)
            let cut = decode(text, cutEvery: Int.random(in: 1...5, using: &random))
            #expect(cut.progress == whole.progress)
            if whole.progress != .violation { #expect(cut == whole) }
        }
    }
}
