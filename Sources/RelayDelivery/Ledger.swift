import MailSyntax
import RelaySettings
import SMTPProtocol
import TLSEngine
import Transport

/// What an attempt found out about one recipient, and from whom.
struct Finding: Sendable {
    let result: Outcome.Result
    var smartHost: String?
    var tls: String?
    var credential: String?
    var remoteID: String?
    /// The sender that the smart host saw.
    var sender: Address?
    /// The attempt counts against the mail; not so behind a login or TLS trouble.
    var counts = true
    /// No smart host was well: once one is, the mail goes at once.
    var waitsForSmartHost = false

    /// A result that no smart host is named for.
    init(_ result: Outcome.Result, counts: Bool = true) {
        self.result = result
        self.counts = counts
    }

    /// What a smart host answered. `outcome` is nil where the message was not shown to it; `wasInterrupted` if
    /// we broke off ourselves.
    init(
        _ result: Outcome.Result, _ session: SmartHostSession, _ envelope: Envelope,
        _ outcome: Outcome? = nil,
        wasInterrupted: Bool = false
    ) {
        self.result = result
        smartHost = session.target.name
        tls = session.connection.tls?.description
        credential = session.target.credential?.name
        remoteID = result.fate == .delivered ? result.reply.flatMap(RemoteID.find) : nil
        sender = envelope.sender
        counts = outcome?.trouble?.isOurs != true && !wasInterrupted
    }

    /// No smart host could be asked; the last trouble is told.
    init(_ trouble: Trouble, at targets: [SmartHostTarget], counts: Bool) {
        let reason = trouble.reply.map { "\(trouble.reason): \($0.text)" } ?? trouble.reason
        result = .init(.retry, status: trouble.status, reason: reason)
        smartHost = targets.count == 1 ? targets.first?.name : nil
        self.counts = counts
        waitsForSmartHost = true
    }

    /// The stream was paused before it was shown to a smart host.
    static let paused = Finding(
        .init(.retry, status: EnhancedStatus(4, 3, 2), reason: "the stream is paused"), counts: false)

    /// The message could not be read.
    init(_ error: DialogueError) {
        self.init(.init(.retry, status: EnhancedStatus(4, 3, 0), reason: error.description))
    }
}

/// The findings of an attempt, by recipient of the share.
struct Ledger: Sendable {
    private(set) var findings: [Finding?]

    init(count: Int) { findings = Array(repeating: nil, count: count) }

    mutating func enter(_ some: [Finding], for recipients: [Int]) {
        for (finding, recipient) in zip(some, recipients) { findings[recipient] = finding }
    }

    /// For all of these of which nothing is known yet.
    mutating func enter(_ finding: Finding, for recipients: [Int]) {
        for recipient in recipients where findings[recipient] == nil { findings[recipient] = finding }
    }

    /// What was heard last, for those who ask about waiting mail.
    var lastWords: String {
        findings.lazy.compactMap { $0.map { $0.result.reply?.text ?? $0.result.reason ?? "" } }.last ?? ""
    }
}

extension StreamEnvelope.Transaction {
    /// The same for some of its recipients, chosen by their place in it.
    func keeping(_ isKept: (Int) -> Bool) -> Self {
        let places = recipients.indices.filter(isKept)
        var rest = envelope
        rest.recipients = places.map { envelope.recipients[$0] }
        return Self(envelope: rest, recipients: places.map { recipients[$0] })
    }
}
