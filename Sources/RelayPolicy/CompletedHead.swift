import MailSyntax
import RelaySettings

/// The header as it is to be seen outside: addresses that mean something on this machine alone are completed, senders
/// are called as `sender_rewrite` says. Scripts and routes judge this header; the received bytes stay as they are.
struct CompletedHead {
    /// What the message begins with, the changes made.
    let bytes: [UInt8]
    /// How much longer the message became.
    let byteCountChange: Int
    /// `bytes` as pieces of what was received; nil: nothing had to be changed.
    private let pieces: [Piece]?
    /// Where the header ends in `bytes`.
    private let headerByteCount: Int
    private let receivedByteCount: Int

    /// The fields that name a sender.
    private static let senderFields = ["from", "sender", "reply-to", "resent-from", "resent-sender"]
    /// The fields that name recipients.
    private static let recipientFields = ["to", "cc", "resent-to", "resent-cc"]

    init(_ head: [UInt8], _ addresses: LocalAddresses) {
        let header = HeaderBlock(head)
        receivedByteCount = head.count
        var pieces: [Piece] = []
        var end = 0
        for change in header.fields.flatMap({ Self.changes(in: $0, of: head, addresses) }) {
            pieces += [
                .original(end..<change.range.lowerBound), .added(Array(change.address.description.utf8)),
            ]
            end = change.range.upperBound
        }
        guard !pieces.isEmpty else {
            (bytes, byteCountChange, self.pieces, headerByteCount) = (head, 0, nil, header.byteCount)
            return
        }
        pieces.append(.original(end..<head.count))
        bytes = pieces.bytes(of: head)
        byteCountChange = bytes.count - head.count
        headerByteCount = header.byteCount + byteCountChange
        self.pieces = pieces
    }

    /// The verdict on this head as one on the message as it was received, which has so many bytes.
    func applied(to verdict: Verdict, byteCount: Int) -> Verdict {
        guard let pieces, case .accept(var plan) = verdict else { return verdict }
        let whole = pieces + [.original(receivedByteCount..<byteCount)]
        for index in plan.shares.indices { plan.shares[index].edits = over(whole, plan.shares[index].edits) }
        for index in plan.storages.indices {
            plan.storages[index].edits = over(whole, plan.storages[index].edits)
        }
        return .accept(plan)
    }

    private func over(_ whole: [Piece], _ edits: PlannedEdits) -> PlannedEdits {
        PlannedEdits(
            header: (edits.header ?? [.original(0..<headerByteCount)]).over(whole),
            body: edits.body?.over(whole))
    }

    private static func changes(
        in field: HeaderBlock.Field, of head: [UInt8], _ addresses: LocalAddresses
    ) -> [MailboxList.Mailbox] {
        let name = field.name.lowercased()
        let isSender = senderFields.contains(name)
        guard isSender || recipientFields.contains(name) else { return [] }
        return MailboxList.mailboxes(in: head[field.valueRange]).compactMap { mailbox in
            let address = isSender ? addresses.sender(mailbox.address) : addresses.completed(mailbox.address)
            return address == mailbox.address
                ? nil : MailboxList.Mailbox(address: address, range: mailbox.range)
        }
    }
}
