/// The part of a delivery report that a person reads.
struct DeliveryReportText {
    private let report: DeliveryReport
    private let returnsWholeMessage: Bool

    init(_ report: DeliveryReport, _ returnsWholeMessage: Bool) {
        self.report = report
        self.returnsWholeMessage = returnsWholeMessage
    }

    var bytes: [UInt8] {
        var lines = ["This is the mail relay at \(PlainText.ascii(report.hostname)).", ""]
        lines += opening
        for fate in report.fates.prefix(Limits.reportedRecipientCount) { lines += [""] + paragraph(fate) }
        let untold = report.fates.count - Limits.reportedRecipientCount
        if untold > 0 { lines += ["", "... and \(untold) more recipients."] }
        lines += ["", "Your message arrived here on \(MessageDate.rfc5322(report.arrivedAt))."]
        if let subject { lines.append("Its subject was: \(subject)") }
        let attached = returnsWholeMessage ? "your message" : "the header of your message"
        lines += ["", "Details for your administrator and \(attached) are attached."]
        return Array(lines.map { $0 + "\r\n" }.joined().utf8)
    }

    private var opening: [String] {
        switch report.kind {
        case .failure:
            ["Your message could not be delivered to the recipients below.", "It will not be tried again."]
        case .delay:
            [
                "Your message could not yet be delivered to the recipients below.",
                "It is kept and will be tried again; you need not send it again.",
            ]
        }
    }

    private func paragraph(_ fate: DeliveryReport.Fate) -> [String] {
        var lines = ["<\(PlainText.ascii(fate.recipient.address.description))>"]
        if let reason = fate.reason { lines += wrapped(PlainText.ascii(reason)) }
        switch (fate.remoteHost, fate.reply) {
        case (let host?, let reply?):
            lines += wrapped("\(PlainText.ascii(host)) answered: \(PlainText.ascii(reply))")
        case (nil, let reply?): lines += wrapped("The answer was: \(PlainText.ascii(reply))")
        case (let host?, nil): lines += wrapped("It was to go to \(PlainText.ascii(host)).")
        case (nil, nil): break
        }
        if report.kind == .delay, let time = fate.willRetryUntil {
            lines.append("    It will be tried until \(MessageDate.rfc5322(time)).")
        }
        return lines
    }

    /// The text in lines of at most 72 characters, indented by four.
    private func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 68 {
                lines.append("    " + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + ["    " + line]
    }

    /// The subject, if a person can read it as it stands.
    private var subject: String? {
        guard let field = HeaderBlock(report.message).first(named: "Subject") else { return nil }
        let text = HeaderBlock.unfold(report.message[field.valueRange])
        let isReadable = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !isEncoded(text)
        return isReadable && !text.isEmpty ? String(text.prefix(Limits.foldedLineByteCount)) : nil
    }

    private func isEncoded(_ text: String) -> Bool {
        text.split(separator: " ").contains { $0.hasPrefix("=?") }
    }
}
