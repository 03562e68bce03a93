import MailSpool
import MailSyntax

/// A share that is under way: what the spool knows of it, and its message.
struct Job: Sendable {
    let entry: Entry
    let share: Share
    let message: ShareMessage
    /// The first event since the daemon found it in the spool after a start.
    let isRecovered: Bool

    var id: ShareID { ShareID(entry: entry.id, number: share.number) }

    /// That of the transaction, with what the policy asks otherwise for this share.
    var envelope: Envelope { entry.envelope(of: share) }

    /// The recipients that still wait, as places in the share's list.
    var pending: [Int] { share.recipients.indices.filter { share.recipients[$0].status == .pending } }

    /// Takes the share of a stream for an attempt; nil: it is no longer for us, or this ticket was overtaken by
    /// another.
    static func claim(
        _ ticket: Ticket, of stream: String, from spool: Spool
    ) async throws(SpoolError) -> Job? {
        guard let claim = try await spool.claim(ticket.share, from: stream) else { return nil }
        let job = Job(
            entry: claim.entry, share: claim.share,
            message: ShareMessage(front: claim.front, reader: claim.reader), isRecovered: ticket.isRecovered)
        guard !job.pending.isEmpty, job.share.attemptCount <= ticket.attemptCount else {
            await spool.unclaim(ticket.share)
            return nil
        }
        return job
    }
}
