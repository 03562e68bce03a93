/// What the engine's host has to offer to scripts beside the header and envelope of a message.
///
/// An extension that needs what the host does not have is refused when a script requires it.
public enum SieveService: String, CaseIterable, Hashable, Sendable {
    /// The time of day.
    case clock
    /// What is known of the session (RFC 5183).
    case environment
    /// Named lists (RFC 6134).
    case lists
    /// What earlier messages left behind: counters and identifiers.
    case memory
    /// Other scripts by name (RFC 6609).
    case scripts
    /// The message behind its header.
    case body
    /// Changes behind the header.
    case bodyEdits
    /// Folders to store into.
    case folders
    /// Notices to persons (RFC 5435).
    case notices
    /// Redirection with delivery status parameters (RFC 6009).
    case deliveryStatus
    /// Programs that scripts may run.
    case programs
    /// Verdicts of scanners (RFC 5235).
    case scanners
    /// A client that can be asked to come again.
    case deferral
    /// Test files.
    case testing
}

/// What `require` may name: extensions and comparators.
package enum Capability: String, CaseIterable, Sendable {
    case attachment = "vnd.postern.attachment"
    case body
    case copy
    case date
    case deferral = "vnd.postern.defer"
    case disclaimer = "vnd.postern.disclaimer"
    case dovecotExecute = "vnd.dovecot.execute"
    case dovecotFilter = "vnd.dovecot.filter"
    case duplicate
    case editheader
    case encodedCharacter = "encoded-character"
    case enclose
    case enotify
    case envelope
    case environment
    case envelopeDSN = "envelope-dsn"
    case ereject
    case execute = "vnd.postern.execute"
    case extlists
    case extracttext
    case fileinto
    case foreverypart
    case ihave
    case include
    case index
    case cidr = "vnd.postern.cidr"
    case detect = "vnd.postern.detect"
    case hold = "vnd.postern.hold"
    case limit = "vnd.postern.limit"
    case mailbox
    case mime
    case redirectDSN = "redirect-dsn"
    case regex
    case reject
    case relational
    case replace
    case spamtest
    case spamtestplus
    case stream = "vnd.postern.stream"
    case subaddress
    case variables
    case virustest
    case octetComparator = "comparator-i;octet"
    case casemapComparator = "comparator-i;ascii-casemap"
    case numericComparator = "comparator-i;ascii-numeric"
    case unicodeComparator = "comparator-i;unicode-casemap"
    case testsuite = "vnd.postern.testsuite"

    /// By the name that `require` gives it.
    init?(named name: String) {
        self.init(rawValue: name == "vnd.dovecot.testsuite" ? Self.testsuite.rawValue : name)
    }

    /// What the host has to offer for it.
    var need: SieveService? {
        switch self {
        case .attachment, .body, .detect, .extracttext, .foreverypart, .mime: .body
        case .disclaimer, .enclose, .replace: .bodyEdits
        case .dovecotExecute, .dovecotFilter, .execute: .programs
        case .date: .clock
        case .deferral: .deferral
        case .duplicate, .limit: .memory
        case .enotify: .notices
        case .environment: .environment
        case .extlists: .lists
        case .fileinto, .mailbox: .folders
        case .include: .scripts
        case .redirectDSN: .deliveryStatus
        case .spamtest, .spamtestplus, .virustest: .scanners
        case .testsuite: .testing
        case .copy, .editheader, .encodedCharacter, .envelope, .envelopeDSN, .ereject, .ihave, .index, .cidr,
            .hold, .regex, .reject, .relational, .stream, .subaddress, .variables, .octetComparator,
            .casemapComparator, .numericComparator, .unicodeComparator:
            nil
        }
    }

    /// Whoever requires one of these has this one too.
    var impliedBy: [Capability] { self == .spamtest ? [.spamtestplus] : [] }

    /// Comparators that are always there need no use.
    var isSilent: Bool {
        [.octetComparator, .casemapComparator, .unicodeComparator, .testsuite].contains(self)
    }

    /// Those that work with what the host offers.
    static func available(with services: Set<SieveService>) -> [Capability] {
        allCases.filter { $0.need.map(services.contains) ?? true }
    }

    /// Why a name is refused, with a hint where one helps.
    static func refusal(of name: String, known: [Capability], hasMessage: Bool) -> String {
        if let reason = mailStore[name] { return "\"\(name)\" is refused: \(reason)" }
        if let capability = Capability(named: name), capability.need == .body, !hasMessage {
            return "\"\(name)\" needs the message; not available in hook rcpt"
        }
        if Capability(named: name) != nil {
            return "\"\(name)\" is not built in this version"
        }
        let hint = Suggestion.question(for: name, among: known.map(\.rawValue))
        return "unknown extension \"\(name)\"\(hint)"
    }

    /// What belongs where mail ends up, and not to a relay.
    private static let mailStore: [String: String] = {
        let store = "it belongs to the mail store; a relay has no mailboxes"
        var reasons = [
            "vacation": "answers to mail belong to the mail store, where the recipient's mail ends up",
            "vacation-seconds":
                "answers to mail belong to the mail store, where the recipient's mail ends up",
        ]
        for name in ["imap4flags", "imapflags", "mailbox", "mboxmetadata", "servermetadata", "special-use"] {
            reasons[name] = store
        }
        return reasons
    }()
}
