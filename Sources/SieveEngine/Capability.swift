/// What `require` may name: extensions, and the comparators that are always there.
enum Capability: String, CaseIterable {
    case copy
    case editheader
    case encodedCharacter = "encoded-character"
    case envelope
    case ereject
    case reject
    case hold = "vnd.postern.hold"
    case stream = "vnd.postern.stream"
    case octetComparator = "comparator-i;octet"
    case casemapComparator = "comparator-i;ascii-casemap"

    /// Why a name is refused, with a hint where one helps.
    static func refusal(of name: String) -> String {
        if let reason = mailStore[name] { return "\"\(name)\" is refused: \(reason)" }
        if later.contains(name) { return "\"\(name)\" is not built in this version" }
        let hint = Suggestion.question(for: name, among: allCases.map(\.rawValue))
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

    /// What later versions know.
    private static let later: Set<String> = [
        "body", "comparator-i;ascii-numeric", "comparator-i;unicode-casemap", "date", "duplicate", "enclose",
        "enotify", "environment", "envelope-dsn", "extlists", "extracttext", "fileinto", "foreverypart",
        "ihave",
        "include", "index", "mime", "redirect-dsn", "regex", "relational", "replace", "spamtest",
        "spamtestplus",
        "subaddress", "variables", "virustest", "vnd.dovecot.execute", "vnd.dovecot.filter",
        "vnd.postern.attachment", "vnd.postern.cidr", "vnd.postern.defer", "vnd.postern.detect",
        "vnd.postern.disclaimer", "vnd.postern.execute", "vnd.postern.limit",
    ]
}
