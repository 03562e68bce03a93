import MailSyntax
import SMTPProtocol

/// What keeps a smart host from being used: its own state, not a message's fate.
struct Trouble: Error, Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Not resolved, not connected, or silent.
        case unreachable
        /// Greeting, EHLO or 421: it does not want us now.
        case refusing
        case tls
        case login
    }

    let kind: Kind
    /// What the smart host said, if it said something.
    let reply: Reply?
    let reason: String
    /// What the smart host's connection had by then.
    var tls: String?

    init(_ kind: Kind, reply: Reply? = nil, reason: String, tls: String? = nil) {
        self.kind = kind
        self.reply = reply
        self.reason = reason
        self.tls = tls
    }

    /// Somebody must act here: the mail is not to blame and does not grow older behind it.
    var isOurs: Bool { kind == .tls || kind == .login }

    /// A further connection was turned away, which says nothing about those that are open.
    var mayBeCrowding: Bool { !isOurs || kind == .login && reply?.isTemporary == true }

    /// The status of mail that waits behind it (RFC 3463).
    var status: EnhancedStatus {
        switch kind {
        case .unreachable: EnhancedStatus(4, 4, 1)
        case .refusing: EnhancedStatus(4, 3, 2)
        case .tls: EnhancedStatus(4, 7, 5)
        case .login: EnhancedStatus(4, 7, 8)
        }
    }
}
