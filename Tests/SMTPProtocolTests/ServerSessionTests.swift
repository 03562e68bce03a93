import MailSyntax
import SMTPProtocol
import Testing

/// What the transcripts do not show: bounds, and the values a driver sees.
@Suite struct ServerSessionTests {
    private let ann = Address(localPart: "ann", domain: "x.example")
    private let bob = Recipient(Address(localPart: "bob", domain: "x.example"))

    private func session(
        _ tls: ServerSession.TLSOffer = .off, recipientLimit: Int = 10
    ) -> ServerSession {
        ServerSession(
            offer: .init(hostname: "relay.example", sizeLimit: 1000, recipientLimit: recipientLimit, tls: tls)
        )
    }

    /// A session in the middle of a transaction with one recipient.
    private func building() -> ServerSession {
        var session = session()
        _ = session.receive(.ehlo("pc7"))
        _ = session.receive(.mail(MailParameters(path: ann, body: .eightBitMIME)))
        _ = session.senderJudged(accepted: ann)
        _ = session.receive(.rcpt(RcptParameters(address: bob.address)))
        _ = session.recipientJudged(accepted: [bob])
        return session
    }

    private func code(_ action: ServerSession.Action) -> Int? {
        switch action {
        case .reply(let reply), .close(let reply), .startTLS(let reply), .receiveLines(let reply): reply.code
        case .judgeSender, .judgeRecipient: nil
        }
    }

    @Test func `the envelope holds what was accepted`() {
        var session = building()
        #expect(session.envelope == Envelope(sender: ann, recipients: [bob], body: .eightBitMIME))
        #expect(session.heloName == "pc7")
        #expect(code(session.receive(.data)) == 354)
        #expect(session.envelope?.recipients == [bob])
        session.messageEnded()
        #expect(session.envelope == nil)
    }

    @Test func `a recipient is kept as the judge accepted it`() {
        var session = building()
        let chief = Recipient(Address(localPart: "chief", domain: "office.example"))
        _ = session.receive(.rcpt(.init(address: .init(localPart: "postmaster", domain: ""))))
        #expect(session.recipientJudged(accepted: [chief]).code == 250)
        #expect(session.envelope?.recipients == [bob, chief])
    }

    @Test func `the sender is kept as the judge accepted it`() {
        var session = session()
        _ = session.receive(.ehlo("pc7"))
        _ = session.receive(.mail(MailParameters(path: Address(localPart: "root", domain: ""))))
        #expect(session.senderJudged(accepted: ann).code == 250)
        #expect(session.envelope?.sender == ann)
    }

    @Test func `a refused sender begins no transaction`() {
        var session = session()
        _ = session.receive(.ehlo("pc7"))
        _ = session.receive(.mail(MailParameters(path: ann)))
        let refusal = Reply(452, EnhancedStatus(4, 3, 1), "full")
        #expect(session.senderJudged(refusal: refusal) == refusal)
        #expect(session.envelope == nil)
        #expect(code(session.receive(.rcpt(RcptParameters(address: ann)))) == 503)
    }

    @Test func `a recipient may stand for several, all of which must fit`() {
        var session = building()
        let many = (1...9).map { Recipient(Address(localPart: "r\($0)", domain: "x.example")) }
        _ = session.receive(.rcpt(RcptParameters(address: ann)))
        #expect(session.recipientJudged(accepted: many + [bob]).code == 452)
        #expect(session.envelope?.recipients == [bob])
        _ = session.receive(.rcpt(RcptParameters(address: ann)))
        #expect(session.recipientJudged(accepted: many).code == 250)
        #expect(session.envelope?.recipients == [bob] + many)
    }

    @Test func `a refused recipient leaves the others`() {
        var session = building()
        _ = session.receive(.rcpt(RcptParameters(address: ann)))
        let refusal = Reply(550, EnhancedStatus(5, 7, 1), "no")
        #expect(session.recipientJudged(refusal: refusal) == refusal)
        #expect(session.envelope?.recipients == [bob])
    }

    @Test(arguments: [Command.rset, .ehlo("a"), .helo("a")])
    func `a transaction is gone as a whole`(command: Command) {
        var session = building()
        #expect(code(session.receive(command)) == 250)
        #expect(session.envelope == nil)
    }

    @Test(arguments: [
        Command.noop, .vrfy, .help, .bdat(byteCount: 1, isLast: true), .unknown(verb: "X"),
        .mail(.init(path: nil)),
    ])
    func `other commands leave the transaction`(command: Command) {
        var session = building()
        _ = session.receive(command)
        #expect(session.envelope?.recipients == [bob])
    }

    @Test func `TLS makes the session forget`() {
        var session = session(.offered)
        _ = session.receive(.ehlo("a"))
        #expect(session.protocolName == "ESMTP")
        #expect(code(session.receive(.startTLS)) == 220)
        session.tlsStarted()
        #expect(session.heloName.isEmpty)
        #expect(code(session.receive(.mail(.init(path: nil)))) == 503)
        _ = session.receive(.ehlo("b"))
        #expect(session.protocolName == "ESMTPS")
        _ = session.receive(.helo("b"))
        #expect(session.protocolName == "SMTP")
    }

    @Test(arguments: [
        Command.mail(.init(path: nil)), .rcpt(.init(address: .init(localPart: "a", domain: "b"))), .data,
        .vrfy,
        .expn, .help, .bdat(byteCount: 1, isLast: true), .auth(mechanism: "PLAIN", initial: nil),
    ])
    func `where TLS is required nothing else is said before it`(command: Command) {
        var session = session(.required)
        _ = session.receive(.ehlo("a"))
        #expect(code(session.receive(command)) == 530)
    }

    @Test func `the third over-long line closes`() {
        let tooLong = Reply(500, EnhancedStatus(5, 5, 6), "Command line too long")
        var session = session()
        for _ in 1...2 {
            #expect(session.framingViolation(.tooLong) == .reply(tooLong))
        }
        #expect(session.framingViolation(.tooLong) == .close(tooLong))
        #expect(session.receive(.noop) == .close(Reply(221, EnhancedStatus(2, 0, 0), "Bye")))
    }

    @Test func `a framed line is a command`() {
        var session = session()
        #expect(code(session.framingViolation(.line(Array("NOOP".utf8)))) == 250)
    }

    @Test func `too many errors close with 421`() {
        var session = session()
        for _ in 1..<Limits.errorCount { #expect(code(session.receive(.unknown(verb: "X"))) == 500) }
        #expect(
            session.receive(.unknown(verb: "X"))
                == .close(Reply(421, EnhancedStatus(4, 7, 0), "Too many errors")))
    }

    @Test func `commands that bring no message are bounded, and a message begins the count anew`() {
        var session = building()
        for _ in 0..<Limits.idleCommandCount - 10 { _ = session.receive(.noop) }
        #expect(code(session.receive(.data)) == 354)
        session.messageEnded()
        for _ in 0..<Limits.idleCommandCount { #expect(code(session.receive(.noop)) == 250) }
        #expect(code(session.receive(.noop)) == 421)
    }

    @Test func `ten thousand recipients over the limit are each answered 452`() {
        var session = building()
        for _ in 0..<9 {
            _ = session.receive(.rcpt(RcptParameters(address: ann)))
            _ = session.recipientJudged(accepted: [bob])
        }
        for _ in 0..<10_000 { #expect(code(session.receive(.rcpt(RcptParameters(address: ann)))) == 452) }
        #expect(code(session.receive(.data)) == 354)
    }

    @Test func `an address beyond ASCII is refused while SMTPUTF8 is not offered`() {
        var session = session()
        _ = session.receive(.ehlo("a"))
        let action = session.receive(.mail(.init(path: Address(localPart: "ä", domain: "x.example"))))
        #expect(
            action
                == .reply(Reply(553, EnhancedStatus(5, 6, 7), "Address needs SMTPUTF8, which is not offered"))
        )
        #expect(session.envelope == nil)
    }
}
