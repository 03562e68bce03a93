import MailSyntax
import Testing

@Suite struct HeaderComposerTests {
    private func field(_ value: String) -> String {
        String(decoding: HeaderComposer.field("X-Name", value), as: UTF8.self)
    }

    @Test func `a short field is one line`() {
        #expect(field("value") == "X-Name: value\r\n")
        #expect(field("") == "X-Name:\r\n")
        #expect(field("  a  b ") == "X-Name: a  b\r\n")
    }

    @Test func `a long value is folded before blanks and reads back the same`() {
        let value = (0..<60).map { String(repeating: "w", count: $0 % 17 + 1) }.joined(separator: "  ")
        let bytes = HeaderComposer.field("X-Name", value)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.count > 5)
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") })
        let block = HeaderBlock(bytes)
        #expect(block.fields.count == 1)
        #expect(block.fields.first.map { HeaderBlock.unfold(bytes[$0.valueRange]) } == value)
    }

    @Test func `a word without blanks is never cut`() {
        let word = String(repeating: "w", count: 200)
        #expect(field("a \(word) b") == "X-Name: a\r\n \(word)\r\n b\r\n")
    }

    @Test func `a value cannot begin another field`() {
        #expect(field("a\r\nBcc: eve\0") == "X-Name: a  Bcc: eve\r\n")
    }
}
