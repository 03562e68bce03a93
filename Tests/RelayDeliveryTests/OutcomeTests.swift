import MailSyntax
import SMTPProtocol
import Testing

@testable import RelayDelivery

@Suite struct OutcomeTests {
    typealias Fate = Outcome.Fate

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// MAIL, then each RCPT, then DATA, then the message; as far as it came.
        let replies: [Reply]
        var recipientCount = 1
        var ending = Outcome.Ending.complete
        let fates: [Fate]
        var failover = false
        var closes = false
        var trouble: Trouble.Kind?

        var testDescription: String { name }
    }

    static let ok = Reply(250, EnhancedStatus(2, 0, 0), "ok")
    static let go = Reply(354, "go")
    static let full = Reply(452, EnhancedStatus(4, 5, 3), "too many")
    static let later = Reply(451, EnhancedStatus(4, 3, 0), "later")
    static let no = Reply(550, EnhancedStatus(5, 1, 1), "no")
    static let cut = Outcome.Ending.broken(reason: "cut", finalDotSent: false)
    static let cutAfterDot = Outcome.Ending.broken(reason: "cut", finalDotSent: true)

    static let cases: [Case] = [
        Case(name: "all is well", replies: [ok, ok, go, ok], fates: [.delivered]),
        Case(
            name: "251 is an acceptance", replies: [ok, Reply(251, "will forward"), go, ok],
            fates: [.delivered]),
        Case(name: "MAIL 4xx", replies: [later], fates: [.retry], failover: true),
        Case(
            name: "MAIL 421", replies: [Reply(421, "bye")], fates: [.retry], failover: true, closes: true,
            trouble: .refusing),
        Case(name: "MAIL 5xx", replies: [no], fates: [.failed]),
        Case(
            name: "MAIL 530", replies: [Reply(530, "login first")], fates: [.retry], closes: true,
            trouble: .login),
        Case(name: "RCPT 5xx", replies: [ok, no], fates: [.failed]),
        Case(name: "RCPT 4xx", replies: [ok, later], fates: [.retry]),
        Case(
            name: "one of three is refused, one is for later", replies: [ok, ok, no, later, go, ok],
            recipientCount: 3, fates: [.delivered, .failed, .retry]),
        Case(
            name: "too many recipients", replies: [ok, ok, full, full, go, ok], recipientCount: 3,
            fates: [.delivered, .again, .again]),
        Case(
            name: "552 for a recipient is read as 452", replies: [ok, ok, Reply(552, "too many"), go, ok],
            recipientCount: 2, fates: [.delivered, .again]),
        Case(
            name: "too many at the first recipient is for later", replies: [ok, full], fates: [.retry]),
        Case(
            name: "452 for want of space is for later",
            replies: [ok, ok, Reply(452, EnhancedStatus(4, 3, 1), "full"), go, ok], recipientCount: 2,
            fates: [.delivered, .retry]),
        Case(name: "RCPT 421", replies: [ok, Reply(421, "bye")], fates: [.retry], closes: true),
        Case(
            name: "RCPT 530", replies: [ok, Reply(530, "login first")], fates: [.retry], closes: true,
            trouble: .login),
        Case(name: "DATA 4xx", replies: [ok, ok, later], fates: [.retry]),
        Case(
            name: "DATA 5xx after a refused recipient", replies: [ok, no, ok, Reply(554, "no")],
            recipientCount: 2,
            fates: [.failed, .failed]),
        Case(name: "DATA 250 is no answer", replies: [ok, ok, ok], fates: [.retry], closes: true),
        Case(name: "message 5xx", replies: [ok, ok, go, no], fates: [.failed]),
        Case(name: "message 4xx", replies: [ok, ok, go, later], fates: [.retry]),
        Case(name: "message 421", replies: [ok, ok, go, Reply(421, "bye")], fates: [.retry], closes: true),
        Case(
            name: "cut before MAIL was answered", replies: [], ending: cut, fates: [.retry], failover: true,
            closes: true, trouble: .unreachable),
        Case(name: "cut after MAIL", replies: [ok], ending: cut, fates: [.retry], closes: true),
        Case(
            name: "cut after a refused recipient", replies: [ok, no, ok, go], recipientCount: 2, ending: cut,
            fates: [.failed, .retry], closes: true),
        Case(
            name: "cut after the final dot", replies: [ok, no, ok, go], recipientCount: 2,
            ending: cutAfterDot,
            fates: [.failed, .uncertain], closes: true),
    ]

    @Test(arguments: cases) func `replies decide each recipient's fate`(_ one: Case) {
        var transaction = Transaction(recipientCount: one.recipientCount)
        for reply in one.replies { transaction.record(reply) }
        let outcome = Outcome(transaction, ending: one.ending)
        #expect(outcome.results.map(\.fate) == one.fates)
        #expect(outcome.allowsFailover == one.failover)
        #expect(outcome.closesConnection == one.closes)
        #expect(outcome.trouble?.kind == one.trouble)
    }

    @Test func `a reply without enhanced status gets one of its class`() {
        #expect(Outcome.Result(.failed, reply: Reply(554, "no")).status == EnhancedStatus(5, 0, 0))
        #expect(Outcome.Result(.retry, reply: Self.later).status == EnhancedStatus(4, 3, 0))
    }
}

@Suite struct RemoteIDTests {
    @Test(arguments: [
        ("Ok: queued as 4XyZ12", "4XyZ12"), ("Ok: queued as 0A1B2C3D4E5F6.", "0A1B2C3D4E5F6"),
        ("OK id=1tE5xq-00000abc-Ab", "1tE5xq-00000abc-Ab"),
        ("5ALG01 Message accepted for delivery", "5ALG01"),
        ("Ok 010201938a-b7c4-000000", "010201938a-b7c4-000000"),
        ("<a@b> [InternalId=123456, Hostname=x.example] Queued mail for delivery", "123456"),
        ("Message accepted", nil), ("Ok", nil), ("Great success", nil), ("queued as", nil),
    ])
    func `the queue ID is found where its form is known`(text: String, expected: String?) {
        #expect(RemoteID.find(in: Reply(250, EnhancedStatus(2, 0, 0), text)) == expected)
    }

    @Test func `a queue ID of any length is not told`() {
        let long = String(repeating: "x", count: 500)
        #expect(RemoteID.find(in: Reply(250, "queued as \(long)")) == nil)
    }
}

@Suite struct PreflightTests {
    private func server(_ keywords: String...) -> ServerExtensions {
        ServerExtensions(ehlo: Reply(250, lines: ["host"] + keywords))
    }

    @Test func `a message that fits is not refused`() {
        let needs = Preflight.Needs(byteCount: 1000, isEightBit: true, isSMTPUTF8: true)
        #expect(Preflight.refusal(of: needs, by: server("SIZE 1000", "8BITMIME", "SMTPUTF8")) == nil)
        #expect(Preflight.refusal(of: needs, by: server("SIZE", "8BITMIME", "SMTPUTF8")) == nil)
    }

    @Test(arguments: [
        (1001, false, false, EnhancedStatus(5, 3, 4)), (1, true, false, EnhancedStatus(5, 6, 3)),
        (1, false, true, EnhancedStatus(5, 6, 7)),
    ])
    func `what a smart host cannot take fails for good`(
        byteCount: Int, isEightBit: Bool, isSMTPUTF8: Bool, status: EnhancedStatus
    ) {
        let needs = Preflight.Needs(byteCount: byteCount, isEightBit: isEightBit, isSMTPUTF8: isSMTPUTF8)
        let refusal = Preflight.refusal(of: needs, by: server("SIZE 1000"))
        #expect(refusal?.fate == .failed)
        #expect(refusal?.status == status)
    }
}
