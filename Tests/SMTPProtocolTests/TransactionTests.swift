import SMTPProtocol
import Testing

@Suite struct TransactionTests {
    private let ok = Reply(250, "")
    private let no = Reply(550, "")
    private let later = Reply(451, "")
    private let goAhead = Reply(354, "")

    @Test func `replies are recorded in the order they are owed`() {
        var transaction = Transaction(recipientCount: 2)
        let steps: [(Transaction.Step, Reply)] = [
            (.mail, ok), (.recipient(0), ok), (.recipient(1), no), (.data, goAhead), (.message, later),
        ]
        for (step, reply) in steps {
            #expect(transaction.owed == step)
            transaction.record(reply)
        }
        #expect(transaction.owed == nil)
        #expect(transaction.mailReply == ok)
        #expect(transaction.recipientReplies == [ok, no])
        #expect(transaction.acceptedRecipients == [0])
        #expect(transaction.dataReply == goAhead)
        #expect(transaction.finalReply == later)
    }

    @Test func `DATA is worth sending once a recipient was taken and all have answered`() {
        var transaction = Transaction(recipientCount: 2)
        transaction.record(ok)
        transaction.record(Reply(251, "forwarded"))
        #expect(!transaction.wantsData)
        transaction.record(later)
        #expect(transaction.wantsData)
        transaction.record(goAhead)
        #expect(transaction.wantsBody && !transaction.wantsEmptyBody)
        transaction.record(ok)
        #expect(!transaction.wantsBody)
    }

    @Test func `without a recipient there is nothing to send`() {
        var transaction = Transaction(recipientCount: 1)
        transaction.record(ok)
        transaction.record(no)
        #expect(!transaction.wantsData)
        transaction.record(Reply(554, "no valid recipients"))
        #expect(transaction.owed == nil && !transaction.wantsBody && !transaction.wantsEmptyBody)
    }

    @Test func `a go-ahead that nobody can use is answered with a lone dot`() {
        var transaction = Transaction(recipientCount: 1)
        for reply in [no, no, goAhead] { transaction.record(reply) }
        #expect(transaction.wantsEmptyBody && !transaction.wantsBody)
        transaction.record(Reply(554, "nothing"))
        #expect(!transaction.wantsEmptyBody && transaction.owed == nil)
    }

    @Test func `recipients of a refused sender are not accepted, whatever their replies`() {
        var transaction = Transaction(recipientCount: 1)
        transaction.record(no)
        transaction.record(ok)
        #expect(transaction.acceptedRecipients.isEmpty)
    }
}
