import MailSpool
import MailSyntax
import RelayPolicy
import SMTPProtocol

/// The answers that intake gives on its own account (contract: what an SMTP client meets).
extension Reply {
    static let spoolFull = Reply(
        452, EnhancedStatus(4, 3, 1), "no room for mail at the moment, try again later")
    static let spoolTrouble = Reply(
        452, EnhancedStatus(4, 3, 0), "cannot store mail at the moment, try again later")
    static let holdFull = Reply(
        451, EnhancedStatus(4, 3, 1), "too much mail waits for review, try again later")
    static let holdRefused = Reply(550, EnhancedStatus(5, 7, 1), "this message would have to wait for review")
    static let streamFull = Reply(
        452, EnhancedStatus(4, 3, 1), "too much mail of this kind waits already, try again later")
    static let messageTooLarge = Reply(552, EnhancedStatus(5, 3, 4), "message too large")
    static let tooManyParts = Reply(552, EnhancedStatus(5, 3, 4), "message has more parts than can be stored")
    static let headerTooLarge = Reply(552, EnhancedStatus(5, 3, 4), "header section too large")
    static let relayingDenied = Reply(
        550, EnhancedStatus(5, 7, 1), "relaying not permitted from your address")
    static let noSuchMailbox = Reply(550, EnhancedStatus(5, 1, 1), "no mailbox of that name here")
    static let aliasTooWide = Reply(
        550, EnhancedStatus(5, 2, 4), "this name stands for more recipients than a message may have")
    static let bareLineEnd = Reply(550, EnhancedStatus(5, 6, 0), "Bare CR or LF in data")
    static let mailLoop = Reply(554, EnhancedStatus(5, 4, 6), "too many Received fields, mail loops")
    static let tooManyConnections = Reply(421, EnhancedStatus(4, 7, 0), "too many connections")
    static let shuttingDown = Reply(421, EnhancedStatus(4, 3, 2), "shutting down")
    static let idleTooLong = Reply(421, EnhancedStatus(4, 4, 2), "idle for too long")
    static let inputBeforeTLS = Reply(
        554, EnhancedStatus(5, 5, 1), "nothing may follow STARTTLS before TLS is on")

    /// 250 as the contract words it.
    static func queued(_ id: QueueID) -> Reply { Reply(250, EnhancedStatus(2, 0, 0), "Ok: queued as \(id)") }

    /// What a client hears of the spool's trouble, never a path or a name. Only what will not fit tomorrow either is
    /// refused for good.
    static func of(_ error: SpoolError) -> Reply {
        switch error {
        case .full: .spoolFull
        case .tooLarge: .tooManyParts
        case .unavailable, .inUse, .notFound, .damaged, .underWay, .unfitting, .closed: .spoolTrouble
        }
    }

    init(_ refusal: Refusal) { self.init(refusal.code, refusal.status, lines: refusal.lines) }

    init(_ deferral: Deferral) { self.init(deferral.code, deferral.status, deferral.text) }
}

extension Policy {
    /// What the scripts for recipients answer to a RCPT that stands for these addresses; nil: they let it pass.
    func refusal(
        of recipients: [Recipient], in envelope: Envelope, origin: Origin, _ aids: JudgingAids
    ) -> Reply? {
        for recipient in recipients {
            if case .refuse(let refusal) = judge(recipient, of: envelope, origin: origin, aids) {
                return Reply(refusal)
            }
        }
        return nil
    }
}
