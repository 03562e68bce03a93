import MailSyntax
import RelaySettings
import SMTPProtocol
import Transport

/// Who may relay through a listener, and what addresses it takes. Pure: settings and a peer in, replies out.
struct ClientAccess: Sendable {
    /// Whether the client's network may relay.
    let mayRelay: Bool
    private let postmaster: Address

    init(peer: PeerAddress, listener: ListenerSettings, postmaster: Address) {
        mayRelay = IPAddress(peer.bytes).map(listener.admits) ?? false
        self.postmaster = postmaster
    }

    /// The refusal of a sender, or nil. Only `<>` may lack a domain.
    func refusal(ofSender sender: Address?) -> Reply? {
        guard let sender, sender.domain.isEmpty else { return nil }
        return Reply(553, EnhancedStatus(5, 1, 7), "sender needs a domain")
    }

    /// What becomes of a recipient.
    func judge(_ recipient: Recipient) -> RecipientAdmission {
        guard mayRelay else { return .refused(Self.relayRefusal) }
        let address = recipient.address
        guard address.domain.isEmpty || address.domain == "localhost" else { return .accepted(recipient) }
        guard address.domain.isEmpty, address.localPart.lowercased() == "postmaster" else {
            return .refused(Reply(550, EnhancedStatus(5, 1, 1), "no mailbox of that name here"))
        }
        var redirected = recipient
        redirected.address = postmaster
        return .accepted(redirected)
    }

    private static let relayRefusal = Reply(
        550, EnhancedStatus(5, 7, 1), "relaying not permitted from your address")
}

/// The answer to one RCPT.
enum RecipientAdmission: Equatable {
    /// Taken, perhaps under another address.
    case accepted(Recipient)
    /// Not taken.
    case refused(Reply)
}
