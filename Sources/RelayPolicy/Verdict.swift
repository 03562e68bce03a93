package import MailSyntax

/// What is to become of a message, told once for all its recipients.
package enum Verdict: Hashable, Sendable {
    /// 250, then what the plan says; without shares nothing is stored.
    case accept(Plan)
    /// 5xx for the whole message; nothing is stored.
    case refuse(Refusal)
    /// 451 for the whole message; nothing is stored.
    case deferAll(Deferral)
}

/// What an accepted message becomes.
package struct Plan: Hashable, Sendable {
    /// What is stored; empty when every recipient was discarded.
    package var shares: [PlannedShare] = []
    /// Recipients whose copy a script dropped: each is told, none is stored.
    package var discarded: [DiscardedRecipient] = []
    /// With `reject_scope: recipient`: a report tells the sender of these.
    package var refused: [Refusal] = []
    /// What went wrong while judging; the shares concerned are held.
    package var failures: [PolicyFailure] = []
    /// Copies for folders.
    package var storages: [PlannedStorage] = []
    /// Messages to persons.
    package var notices: [PlannedNotice] = []
    /// What later messages are to know of this one.
    package var traces = PolicyTraces()

    package init() {}
}

/// The recipients of a message with equal fate: stream, hold and edits.
package struct PlannedShare: Hashable, Sendable {
    package var recipients: [PlannedRecipient]
    package var stream: String
    /// nil: it is sent.
    package var hold: PlannedHold?
    package var edits: PlannedEdits
    /// The script and line that chose stream, hold or redirection; nil: routes alone.
    package var rule: String?
    /// How much of it a report returns; nil: as the client asked.
    package var returnContent: ReturnContent?

    package init(
        recipients: [PlannedRecipient], stream: String, hold: PlannedHold? = nil,
        edits: PlannedEdits = .none, rule: String? = nil
    ) {
        self.recipients = recipients
        self.stream = stream
        self.hold = hold
        self.edits = edits
        self.rule = rule
    }
}

/// What a script made of a message, as pieces of what was received.
package struct PlannedEdits: Hashable, Sendable {
    /// The header from the first byte up to, but not including, the empty line; nil: as received.
    package var header: [Piece]?
    /// From the empty line to the end; nil: as received.
    package var body: [Piece]?

    package init(header: [Piece]? = nil, body: [Piece]? = nil) {
        self.header = header
        self.body = body
    }

    /// All of it as received.
    package static let none = PlannedEdits()

    /// The whole outgoing message, of one whose header ends and which itself ends at these places; nil: as received.
    package func pieces(headerByteCount: Int, byteCount: Int) -> [Piece]? {
        guard self != .none else { return nil }
        return (header ?? [.original(0..<headerByteCount)])
            + (body ?? [.original(headerByteCount..<byteCount)])
    }
}

/// A recipient of a share; `redirectedFrom` is the one of the envelope whose script named this address.
package struct PlannedRecipient: Hashable, Sendable {
    package var recipient: Recipient
    package var redirectedFrom: Address?

    package init(_ recipient: Recipient, redirectedFrom: Address? = nil) {
        self.recipient = recipient
        self.redirectedFrom = redirectedFrom
    }
}

/// Why a share waits for a person.
package struct PlannedHold: Hashable, Sendable {
    /// The reason that the script gives, or `policy-error`.
    package var reason: String
    package var tag: String?
    /// How long it waits; nil: as long as all mail.
    package var seconds: Int?
    /// `script:line`
    package var rule: String

    package init(reason: String, tag: String? = nil, seconds: Int? = nil, rule: String) {
        self.reason = reason
        self.tag = tag
        self.seconds = seconds
        self.rule = rule
    }

    /// The reason of what is held because judging went wrong.
    package static let policyError = "policy-error"
}

/// A recipient whose copy is dropped, and the rule that says so.
package struct DiscardedRecipient: Hashable, Sendable {
    package var recipient: Recipient
    package var rule: String

    package init(_ recipient: Recipient, rule: String) {
        self.recipient = recipient
        self.rule = rule
    }
}

/// A refusal: the reply's parts, whom it is about and where it comes from.
package struct Refusal: Hashable, Sendable {
    /// 550 unless the script gives another.
    package var code: Int
    package var status: EnhancedStatus
    /// At least one; names the refused addresses where only some were refused.
    package var lines: [String]
    package var recipients: [Address]
    /// `script:line`, or `routes`.
    package var rule: String
    /// What went wrong while judging, if that is why.
    package var failures: [PolicyFailure]

    package init(
        code: Int = 550, status: EnhancedStatus = EnhancedStatus(5, 7, 1), lines: [String],
        recipients: [Address],
        rule: String, failures: [PolicyFailure] = []
    ) {
        self.code = code
        self.status = status
        self.lines = lines
        self.recipients = recipients
        self.rule = rule
        self.failures = failures
    }

    /// All lines as one, for reports and lists.
    package var text: String { lines.joined(separator: " ") }
}

/// A wish that the client try again later.
package struct Deferral: Hashable, Sendable {
    /// Always 4xx.
    package var code: Int
    package var status: EnhancedStatus
    package var text: String
    /// `script:line`
    package var rule: String
    package var failures: [PolicyFailure]

    package init(
        code: Int = 451, status: EnhancedStatus = EnhancedStatus(4, 7, 0), text: String, rule: String,
        failures: [PolicyFailure] = []
    ) {
        self.code = code
        self.status = status
        self.text = text
        self.rule = rule
        self.failures = failures
    }
}

/// A script that stopped at a run-time error.
package struct PolicyFailure: Hashable, Sendable {
    package var recipients: [Address]
    /// `script:line`
    package var rule: String
    package var text: String

    package init(recipients: [Address], rule: String, text: String) {
        self.recipients = recipients
        self.rule = rule
        self.text = text
    }
}
