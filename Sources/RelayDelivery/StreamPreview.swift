package import MailSyntax
package import RelaySettings

/// What a stream would make of a share, shown without sending: the templates' places that are filled in at each attempt
/// stand as they are written, `{token}`.
package struct StreamPreview: Sendable {
    /// One envelope that a smart host would see.
    package struct Transaction: Hashable, Sendable {
        package var sender: Address?
        package var recipients: [Address]
    }

    private let envelope: StreamEnvelope
    private let stream: StreamSettings

    package init(_ stream: StreamSettings, settings: Settings) {
        self.stream = stream
        envelope = StreamEnvelope(
            stream, hostname: settings.hostname,
            routeHeaders: settings.routes.flatMap { $0.headers.map(\.name) })
    }

    /// The envelopes of a share with these recipients.
    package func transactions(_ envelope: Envelope, to recipients: [Recipient]) -> [Transaction] {
        self.envelope.transactions(
            envelope, to: recipients, at: Array(recipients.indices), id: "{id}", token: "{token}"
        ).map { Transaction(sender: $0.envelope.sender, recipients: $0.envelope.recipients.map(\.address)) }
    }

    /// The header as it would leave, of a share that has this one: `header` ends behind its last field.
    package func header(_ header: [UInt8], origin: Origin, soleRecipient: Address?) -> [UInt8] {
        envelope.pieces(
            header: header, byteCount: header.count, origin: origin, id: "ID", soleRecipient: soleRecipient
        ).bytes(of: header)
    }
}
