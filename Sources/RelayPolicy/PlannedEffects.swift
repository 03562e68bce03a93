package import MailSyntax

/// A message to persons about another one (RFC 5435, RFC 5436), sent once that is accepted.
package struct PlannedNotice: Hashable, Sendable {
    /// A field of its header.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var recipients: [Address]
    package var copied: [Address]
    package var blindRecipients: [Address]
    /// As whom the script wants it sent.
    package var from: Address?
    package var subject: String?
    package var body: String?
    package var fields: [Field]
    /// 1 is urgent, 2 usual, 3 not urgent.
    package var importance: Int
    /// `script:line`
    package var rule: String
    /// Somebody is to decide, whoever wrote the message; all other notices are for mail that a person wrote.
    package var isOfHold: Bool

    package init(
        recipients: [Address], copied: [Address], blindRecipients: [Address], from: Address?,
        subject: String?, body: String?, fields: [Field], importance: Int, rule: String,
        isOfHold: Bool = false
    ) {
        self.isOfHold = isOfHold
        self.recipients = recipients
        self.copied = copied
        self.blindRecipients = blindRecipients
        self.from = from
        self.subject = subject
        self.body = body
        self.fields = fields
        self.importance = importance
        self.rule = rule
    }
}

/// A copy for a folder of the configuration.
package struct PlannedStorage: Hashable, Sendable {
    /// The folder's name.
    package var folder: String
    /// Whose copy it is; equal ones are stored once.
    package var recipients: [Address]
    package var edits: PlannedEdits
    /// `script:line`
    package var rule: String
}
