import MailSyntax
import Testing

@testable import RelayIntake

@Suite struct MessageHeadTests {
    /// A head as the draft gives it of a message: at most so many bytes.
    private func head(_ text: String, window: Int = .max) -> MessageHead {
        let bytes = Array(text.utf8)
        return MessageHead(Array(bytes.prefix(window)), byteCount: bytes.count)
    }

    @Test func `journal and trace learn Message-ID and From`() {
        let head = head("From: Ann <ann@x.example>\r\nMessage-ID:\r\n <1@x.example>\r\n\r\ntext\r\n")
        #expect(head.messageID == "<1@x.example>")
        #expect(head.from == "ann@x.example")
        #expect(head.refusal == nil)
    }

    @Test(arguments: [
        "", "\r\n", "text without a header\r\n", "Subject: no body\r\n", "\r\ntext\r\n", "a:b\r\n\r\n",
    ])
    func `a message need not have a header`(text: String) {
        #expect(head(text).refusal == nil)
    }

    @Test func `a window that ends within the header shows not all of it, wherever it ends`() {
        let header = "Subject: one\r\nX-Secret: two\r\n"
        let text = header + "\r\nbody\r\n"
        for window in 0..<header.utf8.count {
            #expect(head(text, window: window).refusal == .headerTooLarge, "\(window)")
        }
        #expect(head(text, window: header.utf8.count + 2).refusal == nil)
    }

    @Test func `a field over a limit does not pass for body`() {
        let many = String(repeating: "A: b\r\n", count: MailSyntax.Limits.headerFieldCount)
        #expect(head(many + "\r\ntext\r\n").refusal == nil)
        #expect(head(many + "Subject: secret\r\n\r\ntext\r\n").refusal == .headerTooLarge)
        let long = String(repeating: "x", count: MailSyntax.Limits.fieldNameByteCount)
        #expect(head("A: b\r\n\(long): c\r\nSubject: secret\r\n\r\n").refusal == .headerTooLarge)
    }

    @Test func `fifty Received fields are a long way, one more is a loop`() {
        let fields = String(repeating: "received: by a\r\n", count: 50)
        #expect(head(fields + "\r\n").refusal == nil)
        #expect(head(fields + "RECEIVED: by b\r\n\r\n").refusal == .mailLoop)
    }

    @Test func `a Message-ID without end is cut`() {
        let head = head("Message-ID: <\(String(repeating: "9", count: 9000))@x>\r\n\r\n")
        #expect(head.messageID?.utf8.count == 998)
    }
}
