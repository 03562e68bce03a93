package import MailSpool
import MailSyntax
import RelayEvents

/// Looks after the mail of a stream that the settings do not have: all of it is held, also what an operator
/// releases and what comes late. No other stream may send it.
final class StreamKeeper: Sendable {
    private let stream: String
    private let services: DeliveryServices
    private let (stopped, end) = AsyncStream.makeStream(of: Never.self)

    init(_ stream: String, services: DeliveryServices) {
        self.stream = stream
        self.services = services
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keep() }
            for await _ in stopped {}
            group.cancelAll()
        }
    }

    func stop() { end.finish() }

    private func keep() async {
        while !Task.isCancelled {
            let refused = await holdAll()
            if refused.isEmpty {
                await services.spool.nextArrival(for: stream)
            } else {
                // Cancelled at the end. The mail has no dispatcher either: nobody sends it.
                try? await services.clock.sleepUntil(services.clock.uptime() + Limits.spoolTrouble)
            }
            for ticket in refused { services.spool.decline(ticket) }
        }
    }

    /// Holds all that waits, due or not; gives what could not be held.
    private func holdAll() async -> [Ticket] {
        var tried: Set<ShareID> = []
        var refused: [Ticket] = []
        while !Task.isCancelled, refused.count < Limits.refusedHoldCount,
            let ticket = services.spool.takeEarly(for: stream)
        {
            // What could not be held comes once more, and is then kept aside.
            if !tried.insert(ticket.share).inserted {
                refused.append(ticket)
            } else if await hold(ticket.share) {
                tried.remove(ticket.share)
            }
        }
        return refused
    }

    /// False: the disk did not take it.
    private func hold(_ share: ShareID) async -> Bool {
        let hold = Hold(reason: Hold.streamRemoved, heldAt: services.clock.wallTime())
        do throws(SpoolError) { try await services.spool.hold(share, hold) } catch {
            services.tellIfDamaged(error, share.entry)
            return false
        }
        // What cannot be read for its addresses is told without them.
        let entry = try? await services.spool.entry(share.entry)
        let recipients = entry?.shares.first { $0.number == share.number }?.recipients ?? []
        services.events.tell(
            .held(
                Held(
                    id: "\(share.entry)", share: share.number, stream: stream,
                    sender: entry?.envelope.sender, recipients: recipients.map(\.recipient.address),
                    reason: hold.reason, messageID: entry?.messageID)))
        return true
    }
}

extension Hold {
    /// Why mail of a stream is held that is no longer configured.
    package static let streamRemoved = "stream-removed"
}
