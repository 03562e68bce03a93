import Testing

@testable import MailSyntax

@Suite struct QuotedPrintableTests {
    @Test(arguments: [
        ("", ""), ("plain text\r\n", "plain text\r\n"), ("a=b", "a=3Db"), ("end \r\n", "end=20\r\n"),
        ("tab\t", "tab=09"), ("\u{E4}", "=C3=A4"), ("a\rb\nc", "a=0Db=0Ac"),
    ])
    func `bytes become lines of ASCII`(text: String, expected: String) {
        let encoded = QuotedPrintable.encode(Array(text.utf8)[...])
        #expect(String(decoding: encoded, as: UTF8.self) == expected)
    }

    @Test func `no line is longer than 76`() {
        let encoded = QuotedPrintable.encode([UInt8](repeating: 0xE4, count: 1000)[...])
        let lines = encoded.split(separator: 0x0A)
        #expect(lines.allSatisfy { $0.count <= 77 })
        #expect(lines.dropLast().allSatisfy { $0.suffix(2) == [0x3D, 0x0D] })
    }
}
