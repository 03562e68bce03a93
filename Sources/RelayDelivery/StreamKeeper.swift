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
            for share in services.spool.list(ShareFilter(stream: stream))
            where share.state != .held && !Task.isCancelled {
                await hold(share.id)
            }
            await services.spool.nextArrival(for: stream)
        }
    }

    private func hold(_ share: ShareID) async {
        let hold = Hold(reason: Hold.streamRemoved, heldAt: services.clock.wallTime())
        // One that cannot be held has no dispatcher either: it waits, and is tried again at the next start.
        guard (try? await services.spool.hold(share, hold)) != nil else { return }
        // What cannot be read for its addresses is told without them.
        let entry = try? await services.spool.entry(share.entry)
        let recipients = entry?.shares.first { $0.number == share.number }?.recipients ?? []
        services.events.tell(
            .held(
                Held(
                    id: "\(share.entry)", share: share.number, stream: stream,
                    sender: entry?.envelope.sender, recipients: recipients.map(\.recipient.address),
                    reason: hold.reason, messageID: entry?.messageID)))
    }
}

extension Hold {
    /// Why mail of a stream is held that is no longer configured.
    package static let streamRemoved = "stream-removed"
}
