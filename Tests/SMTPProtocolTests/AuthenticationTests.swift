import SMTPProtocol
import Testing

@Suite struct AuthenticationTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `PLAIN says all in the command`() {
        // The example of RFC 4616 section 4.
        var exchange = Authentication(
            mechanism: .plain, username: "tim", secret: Array("tanstaaftanstaaf".utf8))
        #expect(text(exchange.start()) == "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n")
        #expect(text(exchange.answerChallenge()) == "*\r\n")
    }

    @Test func `LOGIN says it in two answers`() {
        var exchange = Authentication(mechanism: .login, username: "tim", secret: Array("f".utf8))
        #expect(text(exchange.start()) == "AUTH LOGIN\r\n")
        #expect(text(exchange.answerChallenge()) == "dGlt\r\n")
        #expect(text(exchange.answerChallenge()) == "Zg==\r\n")
        #expect(text(exchange.answerChallenge()) == "*\r\n")
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is that of RFC 4648 section 10`(secret: String, encoded: String) {
        var exchange = Authentication(mechanism: .login, username: secret, secret: [0xFF, 0xFE, 0xFB])
        _ = exchange.start()
        #expect(text(exchange.answerChallenge()) == encoded + "\r\n")
        #expect(text(exchange.answerChallenge()) == "//77\r\n")
    }

    @Test func `the best mechanism that both know is chosen`() {
        #expect(Authentication.Mechanism.choose(from: ["LOGIN", "XOAUTH2", "PLAIN"]) == .plain)
        #expect(Authentication.Mechanism.choose(from: ["LOGIN"]) == .login)
        #expect(Authentication.Mechanism.choose(from: ["XOAUTH2"]) == nil)
    }

    @Test func `the secret is never printed`() {
        let exchange = Authentication(mechanism: .plain, username: "tim", secret: Array("hunter2".utf8))
        var dumped = ""
        dump(exchange, to: &dumped)
        for shown in ["\(exchange)", String(reflecting: exchange), dumped] {
            #expect(!shown.contains("hunter2") && !shown.contains("104"))
        }
    }
}
