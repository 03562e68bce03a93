import MailSyntax
import SMTPProtocol
import Testing

@Suite struct CommandParserTests {
    private func parse(_ line: String) -> Command { CommandParser.parse(Array(line.utf8)) }

    private func code(_ line: String) -> Int? {
        if case .malformed(let reply) = parse(line) { reply.code } else { nil }
    }

    private let ann = Address(localPart: "ann", domain: "x.example")

    @Test func `verbs are read in any case and with blanks behind`() {
        #expect(parse("quit  ") == .quit)
        #expect(parse("Ehlo [10.1.2.3]") == .ehlo("[10.1.2.3]"))
        #expect(parse("STARTTLS") == .startTLS)
        #expect(parse("NOOP anything at all") == .noop)
        #expect(parse("VRFY") == .vrfy)
        #expect(parse("BDAT 10 last") == .bdat(byteCount: 10, isLast: true))
        #expect(parse("auth login") == .auth(mechanism: "LOGIN", initial: nil))
        #expect(parse("AUTH PLAIN AGEAYg==") == .auth(mechanism: "PLAIN", initial: "AGEAYg=="))
    }

    @Test func `an unknown verb is kept short`() {
        #expect(parse("FOO bar") == .unknown(verb: "FOO"))
        #expect(
            parse(String(repeating: "z", count: 2000)) == .unknown(verb: String(repeating: "Z", count: 16)))
        #expect(parse("") == .unknown(verb: ""))
    }

    @Test func `MAIL carries its parameters`() {
        let line = "MAIL FROM:<ann@X.example> SIZE=12 body=8bitmime SMTPUTF8 RET=HDRS ENVID=a+2Bb AUTH=<>"
        let parameters = MailParameters(
            path: ann, size: 12, body: .eightBitMIME, smtpUTF8: true, ret: .headers, envid: "a+2Bb",
            auth: "<>")
        #expect(parse(line) == .mail(parameters))
    }

    @Test func `the null sender is nil`() {
        #expect(parse("MAIL FROM:<>") == .mail(MailParameters(path: nil)))
    }

    @Test func `RCPT carries its parameters`() {
        #expect(
            parse("RCPT TO:<ann@x.example> NOTIFY=SUCCESS,delay ORCPT=rfc822;ann+2Ba@x")
                == .rcpt(
                    RcptParameters(address: ann, notify: [.success, .delay], orcpt: "rfc822;ann+2Ba@x")))
        #expect(parse("RCPT TO:<ann@x.example> NOTIFY=NEVER") == .rcpt(.init(address: ann, notify: .never)))
        #expect(parse("RCPT TO:<@a,@b:ann@x.example>") == .rcpt(.init(address: ann)))
        #expect(
            parse("RCPT TO:<postmaster>") == .rcpt(.init(address: .init(localPart: "postmaster", domain: "")))
        )
    }

    @Test(arguments: [
        "EHLO", "EHLO a b", "EHLO \u{E4}", "MAIL", "MAIL FROM", "MAIL FROM <a@b>", "MAIL FROM:a@b",
        "MAIL FROM:<a@b", "MAIL FROM:<a@b>x", "MAIL FROM:<a@b>SIZE=1", "MAIL FROM:<a@b> SIZE=",
        "MAIL FROM:<a@b> SIZE=-1",
        "MAIL FROM:<a@b> SIZE=1x", "MAIL FROM:<a@b> SIZE", "MAIL FROM:<a@b> =1", "MAIL FROM:<a@b> SMTPUTF8=1",
        "MAIL FROM:<a@b> BODY=", "MAIL FROM:<a@b> ENVID=a=b", "MAIL FROM:<a@b> ENVID=+zz",
        "MAIL FROM:<a@b> SIZE=1 size=1",
        "RCPT TO:", "RCPT TO:<>", "RCPT TO:<a@b> NOTIFY=NEVER,DELAY", "RCPT TO:<a@b> NOTIFY=",
        "RCPT TO:<a@b> NOTIFY=SUCCESS,", "RCPT TO:<a@b> ORCPT=ann", "RCPT TO:<a@b> ORCPT=;ann", "DATA x",
        "RSET x",
        "QUIT x", "STARTTLS x", "BDAT", "BDAT x", "BDAT 1 FIRST", "AUTH", "AUTH PL@IN", "AUTH PLAIN a b",
    ])
    func `what cannot be read is answered 501`(line: String) {
        #expect(code(line) == 501)
    }

    @Test func `parameters nobody knows are answered 555`() {
        #expect(code("MAIL FROM:<a@b> FOO") == 555)
        #expect(code("RCPT TO:<a@b> SIZE=1") == 555)
    }

    @Test func `control characters are answered 500`() {
        #expect(code("NOOP \0") == 500)
        #expect(code("MAIL FROM:<a\u{7F}@b>") == 500)
    }

    @Test func `the number of parameters is bounded`() {
        let many = (0..<Limits.parameterCount + 1).map { " X\($0)=1" }.joined()
        #expect(code("MAIL FROM:<a@b>" + many) == 501)
    }
}
