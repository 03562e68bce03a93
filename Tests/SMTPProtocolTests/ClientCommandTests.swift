import MailSyntax
import SMTPProtocol
import Testing

@Suite struct ClientCommandTests {
    private let ann = Address(localPart: "ann", domain: "x.example")
    private let all = ServerExtensions(ehlo: Reply(250, lines: ["a", "SIZE", "8BITMIME", "SMTPUTF8", "DSN"]))

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `a plain server gets plain commands`() {
        let envelope = Envelope(
            sender: ann, recipients: [], body: .eightBitMIME, isSMTPUTF8: true, returnContent: .full,
            envelopeID: "id")
        let none = ServerExtensions()
        #expect(text(ClientCommand.mail(envelope, byteCount: 9, to: none)) == "MAIL FROM:<ann@x.example>\r\n")
        let recipient = Recipient(ann, notify: .never, originalRecipient: "rfc822;b")
        #expect(text(ClientCommand.rcpt(recipient, to: none)) == "RCPT TO:<ann@x.example>\r\n")
    }

    @Test func `parameters go where they are offered`() {
        let envelope = Envelope(
            sender: nil, recipients: [], body: .eightBitMIME, isSMTPUTF8: true, returnContent: .headers,
            envelopeID: "id")
        #expect(
            text(ClientCommand.mail(envelope, byteCount: 9, to: all))
                == "MAIL FROM:<> SIZE=9 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=id\r\n")
        let recipient = Recipient(ann, notify: [.failure, .success], originalRecipient: "rfc822;b")
        #expect(
            text(ClientCommand.rcpt(recipient, to: all))
                == "RCPT TO:<ann@x.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b\r\n")
    }

    @Test func `parameters that are absent are not made up`() {
        let envelope = Envelope(sender: ann, recipients: [])
        #expect(
            text(ClientCommand.mail(envelope, byteCount: 0, to: all))
                == "MAIL FROM:<ann@x.example> SIZE=0\r\n")
        #expect(text(ClientCommand.rcpt(Recipient(ann), to: all)) == "RCPT TO:<ann@x.example>\r\n")
    }

    @Test func `an address cannot end its line`() {
        let evil = Recipient(Address(localPart: "a>\r\nDATA\r\n", domain: "x"))
        #expect(text(ClientCommand.rcpt(evil, to: all)) == "RCPT TO:<a>DATA@x>\r\n")
    }
}
