import MailSyntax
import SMTPProtocol
import Testing

@Suite struct ReplyDecoderTests {
    private func replies(_ text: String, cutEvery size: Int = .max) throws -> [Reply] {
        var decoder = ReplyDecoder()
        var replies: [Reply] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            decoder.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            while let reply = try decoder.next() { replies.append(reply) }
        }
        #expect(decoder.isEmpty)
        return replies
    }

    @Test(arguments: [1, 2, 5, .max])
    func `replies come in their order however they were cut`(size: Int) throws {
        let text = "220 a ESMTP\r\n250-a\r\n250-SIZE 10\r\n250 DSN\r\n550-5.1.1 no\r\n550 5.1.1 never\r\n"
        #expect(
            try replies(text, cutEvery: size) == [
                Reply(220, "a ESMTP"), Reply(250, lines: ["a", "SIZE 10", "DSN"]),
                Reply(550, EnhancedStatus(5, 1, 1), lines: ["no", "never"]),
            ])
    }

    @Test(arguments: ["250\r\n", "250 \r\n"])
    func `a reply needs no text`(text: String) throws {
        #expect(try replies(text) == [Reply(250, "")])
    }

    @Test func `a status counts only when it is of the class of the code`() throws {
        #expect(try replies("250 5.0.0 x\r\n") == [Reply(250, "5.0.0 x")])
        #expect(try replies("250 2.10 x\r\n") == [Reply(250, "2.10 x")])
        #expect(try replies("250 2.1.0\r\n") == [Reply(250, EnhancedStatus(2, 1, 0), "")])
        #expect(try replies("550-no\r\n550 5.1.1 x\r\n") == [Reply(550, lines: ["no", "5.1.1 x"])])
        #expect(
            try replies("550-5.1.1 a\r\n550 b\r\n") == [
                Reply(550, EnhancedStatus(5, 1, 1), lines: ["a", "b"])
            ])
    }

    @Test(arguments: [
        ("hello\r\n", ReplyError.malformed("hello")), ("25\r\n", .malformed("25")),
        ("150 x\r\n", .malformed("150 x")),
        ("650 x\r\n", .malformed("650 x")), ("2500\r\n", .malformed("2500")), ("\r\n", .malformed("")),
        ("250-a\r\n251 b\r\n", .malformed("251 b")), ("250 a\n", .bareLineEnd),
        ("250 a\rb\r\n", .bareLineEnd),
        ("250 " + String(repeating: "x", count: 3000) + "\r\n", .lineTooLong),
        (String(repeating: "250-x\r\n", count: 129), .tooManyLines),
    ])
    func `what is no reply is an error`(text: String, error: ReplyError) {
        #expect(throws: error) { try replies(text) }
    }

    @Test func `half a reply is not empty`() throws {
        var decoder = ReplyDecoder()
        decoder.append(Array("250-a\r\n".utf8))
        #expect(try decoder.next() == nil)
        #expect(!decoder.isEmpty)
    }
}
