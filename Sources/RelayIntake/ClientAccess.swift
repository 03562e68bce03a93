import MailSyntax
import RelaySettings
import SMTPProtocol

/// Who may relay through a listener, and what addresses it takes. Pure: settings and a peer in, replies out.
struct ClientAccess: Sendable {
    /// Whether the client's network may relay.
    let mayRelay: Bool
    private let addresses: LocalAddresses
    private let recipientLimit: Int

    /// `client` is nil for what has no IP address, and may not relay.
    init(client: IPAddress?, listener: ListenerSettings, addresses: LocalAddresses) {
        mayRelay = client.map(listener.admits) ?? false
        self.addresses = addresses
        recipientLimit = listener.maxRecipients
    }

    /// The sender under which the mail goes on.
    func judge(sender: Address?) -> Address? { sender.map(addresses.sender) }

    /// What becomes of a recipient.
    func judge(_ recipient: Recipient) -> RecipientAdmission {
        guard mayRelay else { return .refused(.relayingDenied) }
        switch addresses.recipients(for: recipient.address, limit: recipientLimit) {
        case .addresses(let found): return .accepted(found.map { self.recipient($0, instead: recipient) })
        case .unknown: return .refused(.noSuchMailbox)
        case .tooMany: return .refused(.aliasTooWide)
        }
    }

    /// The recipient under another address. ORCPT names the one that the client gave, so that a report does (RFC 3461
    /// section 5.2.7), in a form that means the same outside.
    private func recipient(_ address: Address, instead given: Recipient) -> Recipient {
        var recipient = given
        recipient.address = address
        if address != given.address, given.originalRecipient == nil {
            let original = addresses.completed(given.address)
            recipient.originalRecipient = "rfc822;" + Xtext.encode(Array(original.description.utf8))
        }
        return recipient
    }
}

/// The answer to one RCPT.
enum RecipientAdmission: Equatable {
    /// Taken, as one or more addresses.
    case accepted([Recipient])
    /// Not taken.
    case refused(Reply)
}
