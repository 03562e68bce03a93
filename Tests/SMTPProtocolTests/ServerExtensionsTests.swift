import SMTPProtocol
import Testing

@Suite struct ServerExtensionsTests {
    @Test func `the first line is a greeting, the others are extensions in any case`() {
        let server = ServerExtensions(
            ehlo: Reply(
                250,
                lines: [
                    "DSN greets you", "pipelining", "SIZE 35882577", "8BITMIME", "STARTTLS",
                    "AUTH LOGIN plain",
                    "AUTH=PLAIN XOAUTH2", "ENHANCEDSTATUSCODES", "X-FUTURE",
                ]))
        #expect(server.pipelining && server.eightBitMIME && server.startTLS && server.enhancedStatusCodes)
        #expect(!server.dsn && !server.smtpUTF8 && !server.chunking)
        #expect(server.declaresSize && server.size == 35_882_577)
        #expect(server.authMechanisms == ["LOGIN", "PLAIN", "XOAUTH2"])
    }

    @Test func `SIZE without a figure, or with zero, is no limit`() {
        #expect(ServerExtensions(ehlo: Reply(250, lines: ["a", "SIZE"])).size == nil)
        #expect(ServerExtensions(ehlo: Reply(250, lines: ["a", "SIZE 0"])).size == nil)
        #expect(ServerExtensions(ehlo: Reply(250, lines: ["a", "SIZE 0"])).declaresSize)
    }

    @Test func `a server of one line has none`() {
        #expect(ServerExtensions(ehlo: Reply(250, "a")) == ServerExtensions())
    }
}
