import MailSpool
import MailSyntax
import RelayEvents
import RelaySettings
import SMTPProtocol

/// One attempt to deliver a share: opens the way, shows the message under each envelope that the stream makes of
/// it, goes on to the next smart host where that is right, and settles what came of it.
struct Attempt {
    private let ticket: Ticket
    private let dispatcher: Dispatcher
    private let pool: SmartHostPool
    private var plan: StreamPlan { pool.plan }
    private var services: DeliveryServices { plan.services }

    init(_ ticket: Ticket, _ dispatcher: Dispatcher, _ pool: SmartHostPool) {
        self.ticket = ticket
        self.dispatcher = dispatcher
        self.pool = pool
    }

    /// The whole delivery. The connection comes first: without one the mail is not even read.
    func run() async -> DispatchState.Conclusion {
        let session: SmartHostSession
        do throws(SmartHostPool.Unavailable) { session = try await pool.lease(from: 0) } catch {
            return error.counts ? await deferBehind(error.trouble) : .declined
        }
        // Whatever comes of the mail, the smart host has let us in.
        defer { if !session.isBroken { pool.prove(session.target.index) } }
        return await withJob { job in
            var ledger = Ledger(count: job.share.recipients.count)
            do throws(DialogueError) {
                let message = try await outgoing(job)
                for transaction in transactions(job) where !dispatcher.isPaused {
                    try await deliver(transaction, message, &ledger)
                }
                ledger.enter(.paused, for: job.pending)
            } catch {
                ledger.enter(Finding(error), for: job.pending)
            }
            return await Settlement(job, ledger, plan, dispatcher).settle()
        }
    }

    /// The mail bears that no smart host can be reached.
    func deferBehind(_ trouble: Trouble) async -> DispatchState.Conclusion {
        await withJob { job in
            var ledger = Ledger(count: job.share.recipients.count)
            ledger.enter(Finding(trouble, at: plan.targets, counts: true), for: job.pending)
            return await Settlement(job, ledger, plan, dispatcher).settle()
        }
    }

    /// Reads the share from the spool and works on it, if it is still for us.
    private func withJob(
        _ body: (Job) async -> DispatchState.Conclusion
    ) async -> DispatchState.Conclusion {
        do throws(SpoolError) {
            let job = try await Job.claim(ticket, of: plan.stream.name, from: services.spool)
            guard let job else { return .settled }
            return await body(job)
        } catch {
            services.tellIfDamaged(error, ticket.share.entry)
            return .settled
        }
    }

    private func outgoing(_ job: Job) async throws(DialogueError) -> OutgoingMessage {
        let envelope = plan.envelope
        let header = envelope.needsHeader ? try await job.message.header() : []
        let recipients = job.entry.envelope.recipients
        let pieces = envelope.pieces(
            header: header, byteCount: job.message.byteCount, origin: job.entry.origin,
            id: job.entry.id.description,
            soleRecipient: recipients.count == 1 ? job.share.recipients.first?.recipient.address : nil)
        return OutgoingMessage(pieces, of: job.message)
    }

    private func transactions(_ job: Job) -> [StreamEnvelope.Transaction] {
        let id = job.entry.id.description
        let token = plan.stream.returnPath?.names(.token) == true ? services.makeToken(id) : ""
        return plan.envelope.transactions(
            job.envelope, to: job.share.recipients.map(\.recipient), at: job.pending, id: id,
            token: token)
    }

    /// One transaction, and further ones for those recipients that did not fit.
    private func deliver(
        _ transaction: StreamEnvelope.Transaction, _ message: OutgoingMessage, _ ledger: inout Ledger
    ) async throws(DialogueError) {
        var rest = transaction
        while !rest.recipients.isEmpty {
            let findings = try await show(rest, message)
            ledger.enter(findings, for: rest.recipients)
            rest = rest.keeping { findings[$0].result.fate == .again }
        }
    }

    /// Shows the message to the smart hosts in turn, as long as going on is right.
    private func show(
        _ transaction: StreamEnvelope.Transaction, _ message: OutgoingMessage
    ) async throws(DialogueError) -> [Finding] {
        var first = 0
        var answer: [Finding]?
        while true {
            let session: SmartHostSession
            do throws(SmartHostPool.Unavailable) { session = try await pool.lease(from: first) } catch {
                let finding = Finding(error.trouble, at: plan.targets, counts: error.counts)
                return answer ?? transaction.recipients.map { _ in finding }
            }
            if let refusal = try await preflight(transaction.envelope, message, session) {
                let finding = Finding(refusal, session, transaction.envelope)
                return transaction.recipients.map { _ in finding }
            }
            let outcome = await session.send(transaction.envelope, message)
            let findings = outcome.results.map { result in
                Finding(
                    result, session, transaction.envelope, outcome,
                    wasInterrupted: outcome.closesConnection && Task.isCancelled)
            }
            await pool.judge(session, outcome)
            if outcome.isStaleConnection, session.messageCount > 1 { continue }
            guard outcome.allowsFailover, !Task.isCancelled, !dispatcher.isPaused else { return findings }
            answer = findings
            first = session.target.index + 1
        }
    }

    private func preflight(
        _ envelope: Envelope, _ message: OutgoingMessage, _ session: SmartHostSession
    ) async throws(DialogueError) -> Outcome.Result? {
        // The message is searched for 8-bit bytes only where it matters.
        let isInDoubt = envelope.body != .sevenBit && !session.extensions.eightBitMIME
        return Preflight.refusal(
            of: Preflight.Needs(
                byteCount: message.byteCount, isEightBit: isInDoubt ? try await message.isEightBit() : false,
                isSMTPUTF8: envelope.isSMTPUTF8), by: session.extensions)
    }
}
