import Testing

@testable import RelaySubmission

@Suite struct MessageInputTests {
    private func read(_ text: String, endsAtDot: Bool = true, byByte: Bool = false) -> String {
        var input = MessageInput(endsAtDot: endsAtDot)
        let bytes = Array(text.utf8)
        if byByte { for byte in bytes { input.append([byte]) } } else { input.append(bytes[...]) }
        input.finish()
        return String(decoding: input.message, as: UTF8.self)
    }

    static let cases = [
        ("a\nb\n", "a\r\nb\r\n"), ("a\r\nb\r\n", "a\r\nb\r\n"), ("a", "a\r\n"), ("", ""), ("\n", "\r\n"),
        ("a\r\r\nb", "a\r\nb\r\n"), ("a\r", "a\r\n"),
        // In the header a lone CR makes no field, in the body it is a line.
        ("S: x\rBcc: y\n\n10%\r20%\r\n", "S: x Bcc: y\r\n\r\n10%\r\n20%\r\n"),
        // The end.
        ("a\n.\nb\n", "a\r\n"), ("a\r\n.\r\nb", "a\r\n"), ("a\n.", "a\r\n"), (".\n", ""),
        ("a\n..\nb\n", "a\r\n..\r\nb\r\n"),
        ("a\n. \n", "a\r\n. \r\n"), ("a\n\r.\n", "a\r\n .\r\n"),
        // A mailbox file's separator.
        ("From ann Sat Nov 21 09:00:00 2026\nS: x\n", "S: x\r\n"), (">From ann\nS: x\n", "S: x\r\n"),
        ("From: ann\nFrom bob\n", "From: ann\r\nFrom bob\r\n"),
        ("a\0\u{FC}\n", "a\0\u{FC}\r\n"),
    ]

    @Test(arguments: cases) func `lines end with CRLF and nothing else`(text: String, message: String) {
        #expect(read(text) == message)
        #expect(read(text, byByte: true) == message)
    }

    @Test func `with -i a dot is a line like others`() {
        #expect(read("a\n.\nb\n", endsAtDot: false) == "a\r\n.\r\nb\r\n")
    }
}
