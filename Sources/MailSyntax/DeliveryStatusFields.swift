/// The part of a delivery report that programs read: fields of the message, then a group of fields for
/// each recipient (RFC 3464 section 2).
struct DeliveryStatusFields {
    let bytes: [UInt8]

    init(_ report: DeliveryReport) {
        var bytes = Self.messageFields(report)
        for fate in report.fates.prefix(Limits.reportedRecipientCount) {
            bytes += HeaderComposer.lineEnd + Self.recipientFields(fate, report.kind)
        }
        self.bytes = bytes
    }

    private static func messageFields(_ report: DeliveryReport) -> [UInt8] {
        var fields = [("Reporting-MTA", "dns; \(report.hostname)")]
        if let id = report.envelopeID.flatMap({ Xtext.decode(Array($0.utf8)[...]) }) {
            fields.append(("Original-Envelope-Id", PlainText.ascii(String(decoding: id, as: UTF8.self))))
        }
        fields.append(("Arrival-Date", MessageDate.rfc5322(report.arrivedAt)))
        return compose(fields)
    }

    private static func recipientFields(_ fate: DeliveryReport.Fate, _ kind: DeliveryReport.Kind) -> [UInt8] {
        var fields: [(String, String)] = []
        if let original = fate.recipient.originalRecipient.flatMap(originalRecipient) {
            fields.append(("Original-Recipient", original))
        }
        fields.append(("Final-Recipient", "rfc822; \(PlainText.ascii(fate.recipient.address.description))"))
        fields.append(("Action", kind == .failure ? "failed" : "delayed"))
        fields.append(("Status", fate.status.description))
        if let host = fate.remoteHost { fields.append(("Remote-MTA", "dns; \(PlainText.ascii(host))")) }
        if let reply = fate.reply { fields.append(("Diagnostic-Code", "smtp; \(PlainText.ascii(reply))")) }
        if let time = fate.lastAttemptAt { fields.append(("Last-Attempt-Date", MessageDate.rfc5322(time))) }
        if kind == .delay, let time = fate.willRetryUntil {
            fields.append(("Will-Retry-Until", MessageDate.rfc5322(time)))
        }
        return compose(fields)
    }

    /// `type;xtext` as `type; text`.
    private static func originalRecipient(_ text: String) -> String? {
        let parts = Array(text.utf8).split(separator: ASCII.semicolon, maxSplits: 1)
        guard parts.count == 2, let address = Xtext.decode(parts[1]) else { return nil }
        let type = String(decoding: parts[0], as: UTF8.self)
        return PlainText.ascii("\(type); \(String(decoding: address, as: UTF8.self))")
    }

    private static func compose(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { HeaderComposer.field($0.0, $0.1) }
    }
}

/// Text from outside, made fit for parts that are ASCII.
enum PlainText {
    /// `?` for every character that is not printable ASCII.
    static func ascii(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { (" "..."~").contains($0) ? $0 : "?" }))
    }
}
