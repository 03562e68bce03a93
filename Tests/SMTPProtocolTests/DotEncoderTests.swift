import PosternTestSupport
import SMTPProtocol
import Testing

@Suite struct DotEncoderTests {
    private func encode(_ bytes: [UInt8], cutEvery size: Int = .max) -> [UInt8] {
        var encoder = DotEncoder()
        var output: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            encoder.encode(rest.prefix(size), into: &output)
            rest = rest.dropFirst(size)
        }
        encoder.finish(into: &output)
        return output
    }

    @Test(arguments: [
        ("", ".\r\n"),
        ("a\r\n", "a\r\n.\r\n"),
        ("a", "a\r\n.\r\n"),
        ("a\n", "a\n\r\n.\r\n"),
        ("a\r", "a\r\r\n.\r\n"),
        (".", "..\r\n.\r\n"),
        (".a\r\n..\r\n", "..a\r\n...\r\n.\r\n"),
        ("a.b\r\n\r\n.", "a.b\r\n\r\n..\r\n.\r\n"),
        ("a\n.\n", "a\n..\n\r\n.\r\n"),
    ])
    func `lines that begin with a dot get another`(message: String, data: String) {
        for size in [1, 2, 3, .max] {
            #expect(encode(Array(message.utf8), cutEvery: size) == Array(data.utf8))
        }
    }

    @Test func `an empty chunk changes nothing`() {
        var encoder = DotEncoder()
        var output: [UInt8] = []
        encoder.encode([], into: &output)
        encoder.encode(Array("a\r\n".utf8)[...], into: &output)
        encoder.encode([], into: &output)
        encoder.finish(into: &output)
        #expect(output == Array("a\r\n.\r\n".utf8))
    }

    @Test func `what was encoded is decoded to the same bytes`() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<500 {
            let lines = (0..<Int.random(in: 0...20, using: &random)).map { _ -> [UInt8] in
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    [0x2E, 0x61, 0, 0xFF].randomElement(using: &random) ?? 0
                } + [13, 10]
            }
            let message = Array(lines.joined())
            var data = encode(message, cutEvery: Int.random(in: 1...9, using: &random))[...]
            var decoder = DotDecoder()
            var decoded: [UInt8] = []
            #expect(decoder.decode(&data, into: &decoded) == .end)
            #expect(decoded == message)
            #expect(data.isEmpty)
        }
    }
}
