import MailSyntax
import SMTPProtocol
import Testing

@Suite struct ReplyTests {
    @Test func `each line carries code and status`() {
        let reply = Reply(550, EnhancedStatus(5, 1, 1), lines: ["no such user", "ask the postmaster"])
        #expect(reply.bytes == Array("550-5.1.1 no such user\r\n550 5.1.1 ask the postmaster\r\n".utf8))
        #expect(reply.text == "550 5.1.1 no such user ask the postmaster")
    }

    @Test func `a reply without text is still a line`() {
        #expect(Reply(250, lines: []).bytes == Array("250 \r\n".utf8))
        #expect(Reply(354, "").text == "354")
    }

    @Test func `the first digit says what to do`() {
        #expect(Reply(250, "").isPositive && Reply(354, "").isPositive && !Reply(421, "").isPositive)
        #expect(Reply(421, "").isTemporary && !Reply(550, "").isTemporary)
        #expect(Reply(550, "").isPermanent && !Reply(452, "").isPermanent)
    }

    @Test func `a text cannot begin another line`() {
        let reply = Reply(550, EnhancedStatus(5, 7, 1), "no\r\n250 yes\0")
        #expect(reply.bytes == Array("550 5.7.1 no  250 yes \r\n".utf8))
        #expect(reply.text == "550 5.7.1 no  250 yes ")
    }

    @Test func `a long line is cut at 512 bytes and never within a character`() {
        for pad in 0..<4 {
            let text = String(repeating: "x", count: pad) + String(repeating: "ä€𝄞", count: 200)
            let bytes = Reply(550, EnhancedStatus(5, 7, 1), text).bytes
            #expect(bytes.count <= 512 && bytes.count > 500)
            #expect(String(validating: bytes, as: UTF8.self)?.hasSuffix("\r\n") == true)
        }
        #expect(Reply(550, String(repeating: "y", count: 5000)).text.count == 1000)
    }
}
