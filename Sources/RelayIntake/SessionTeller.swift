import MailSyntax
import RelayEvents
import SMTPProtocol

/// What a session tells of itself: what was refused, and its words where these are wanted.
struct SessionTeller {
    private let events: EventLog
    private let client: String
    private let listener: String
    private var refusalCount = 0

    init(_ events: EventLog, client: String, listener: String) {
        self.events = events
        self.client = client
        self.listener = listener
    }

    /// Tells of a refusal, unless there were too many since the last message; the last one that is told says so.
    mutating func refused(_ refused: Refused) {
        refusalCount += 1
        guard refusalCount <= Limits.toldRefusalCount else { return }
        var refused = refused
        if refusalCount == Limits.toldRefusalCount {
            let reasons = [refused.reason, "further refusals before the next message are not told"]
            refused.reason = reasons.compactMap(\.self).joined(separator: "; ")
        }
        events.tell(.refused(refused))
    }

    /// A message came to its end: refusals are told anew.
    mutating func messageEnded() { refusalCount = 0 }

    /// TLS came to nothing.
    func tlsFailed(_ reason: String) {
        events.tell(.clientTLSFailed(ClientTrouble(client: client, listener: listener, reason: reason)))
    }

    /// A client said who it is, and was not let in by it.
    func authFailed(_ user: String?, _ reply: Reply) {
        events.tell(
            .authFailed(AuthFailed(client: client, listener: listener, user: user, reply: reply.text)))
    }

    // MARK: Words

    /// The client said this. Secrets are left out, and so are lines that are no command: who sends his message
    /// although DATA was refused has its lines read as commands.
    func heard(_ command: Command, _ line: [UInt8]) {
        guard events.tellsDialogues else { return }
        switch command {
        case .auth(let mechanism, _): tell("AUTH \(mechanism)", isFromPeer: true)
        case .unknown: heard("(\(line.count) bytes that are no command)")
        case .malformed: heard(line.quotedPath ?? "(\(line.count) bytes that are no command)")
        case .ehlo, .helo, .mail, .rcpt, .data, .bdat, .rset, .noop, .quit, .vrfy, .expn, .help, .startTLS:
            heard(line.quoted)
        }
    }

    /// The client said something that is told in our words.
    func heard(_ what: @autoclosure () -> String) {
        if events.tellsDialogues { tell(what(), isFromPeer: true) }
    }

    /// We said this.
    func said(_ reply: Reply) {
        if events.tellsDialogues { tell(reply.text, isFromPeer: false) }
    }

    private func tell(_ line: String, isFromPeer: Bool) {
        events.tell(
            .dialogue(Dialogue(peer: client, place: listener, isFromPeer: isFromPeer, line: line)))
    }
}

extension [UInt8] {
    /// The line as events show it.
    var quoted: String { String(decoding: prefix(Limits.quotedLineByteCount), as: UTF8.self) }

    /// The same of a line that names a sender or recipient, however badly; nil of all others.
    var quotedPath: String? {
        let line = quoted
        let start = line.prefix(9).uppercased()
        return start == "MAIL FROM" || start.hasPrefix("RCPT TO") ? line : nil
    }
}
