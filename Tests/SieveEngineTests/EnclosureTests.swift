import Testing

@testable import SieveEngine

struct EnclosureTests {
    @Test(arguments: [
        ("a\nb\n", "a\r\nb\r\n"), ("a\r\nb", "a\r\nb"), ("a\rb\r", "a\r\nb\r\n"),
        ("\r\r\n\n", "\r\n\r\n\r\n"),
        ("", ""),
    ])
    func `every line of a text that scripts add ends with CRLF`(_ text: String, _ lines: String) {
        #expect(CRLF.lines(Array(text.utf8)) == Array(lines.utf8))
    }
}
