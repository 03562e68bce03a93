import MailSyntax
import RelayDelivery
import RelayIntake
import RelayPolicy
import RelaySettings

/// An explanation as lines for a person, none wider than a terminal.
struct ExplanationReport {
    private(set) var lines: [String] = []

    private static let width = 80
    private static let indent = 12
    /// More addresses of one kind are counted; `--json` has them all.
    private static let shownAddressCount = 20

    init(_ explanation: Explanation, _ limits: LimitsLeft) {
        addTransaction(explanation)
        for run in explanation.scripts { add(run) }
        for (index, share) in explanation.shares.enumerated() {
            add(share, number: index + 1, byteCountLimit: explanation.question.listener.maxMessageByteCount)
        }
        addFates(explanation)
        lines.append("")
        add(limits, explanation)
        add("Answer", explanation.reply)
    }

    private mutating func add(_ limits: LimitsLeft, _ explanation: Explanation) {
        let texts = limits.lines(
            byteCount: explanation.message.byteCount,
            recipientCount: explanation.rehearsal.envelope?.recipients.count ?? 0,
            streams: Set(explanation.shares.map(\.stream.name)))
        for (index, text) in texts.enumerated() { add(index == 0 ? "Limits" : "", text) }
    }

    // MARK: The client

    private mutating func addTransaction(_ explanation: Explanation) {
        let (question, message) = (explanation.question, explanation.message)
        let name = question.file == "-" ? "standard input" : question.file
        add("Message", "\(name), \(message.byteCount) bytes")
        if message.completedLineCount > 0 {
            add("", "\(message.completedLineCount) LF line ends are taken as CRLF, as a client sends them")
        }
        if message.hasBareReturn { add("", "a CR stands within a line") }
        let mayRelay = IPAddress(question.client).map(question.listener.admits) ?? false
        add(
            "Client",
            "\(question.client) at listener \(question.listener.name), \(mayRelay ? "may" : "may not") relay")
        if let user = question.user { add("User", "\(user); nothing in this version asks for the user") }
        addSender(explanation)
        for answer in explanation.rehearsal.recipients { add(answer) }
    }

    private mutating func addSender(_ explanation: Explanation) {
        let given = explanation.question.sender
        add("Sender", "<\(given)>")
        guard let envelope = explanation.rehearsal.envelope else {
            return add("", explanation.rehearsal.senderReply)
        }
        let sender = envelope.sender?.description ?? ""
        if sender.lowercased() != given.lowercased() { add("", "goes on as <\(sender)>") }
    }

    private mutating func add(_ answer: Rehearsal.RecipientAnswer) {
        add("Recipient", "<\(answer.given)>")
        if answer.addresses.isEmpty { return add("", answer.reply) }
        let isSame = answer.addresses.map { $0.description.lowercased() } == [answer.given.lowercased()]
        if !isSame { add(answer.addresses, before: "stands for ") }
    }

    // MARK: The policy

    private mutating func add(_ run: Explanation.ScriptRun) {
        lines.append("")
        add("Script", run.path)
        add(run.recipients, title: "For", before: "")
        var last = RulePlace(script: run.path, line: 0, column: 0)
        for step in run.steps {
            if step.place.script != last.script { add("in", step.place.script) }
            if let name = step.place.ruleName, name != last.ruleName { add("rule", name) }
            last = step.place
            let result = step.holds.map { $0 ? "true" : "false" } ?? "done"
            let number = String(step.place.line)
            let place = String(repeating: " ", count: max(0, 5 - number.count)) + number
            lines.append(
                Table.clean("\(place) \(result.padding(to: 6))\(step.text)", width: Self.width))
        }
        if run.steps.isEmpty { add("", "no test was looked at, no command was carried out") }
        if let failure = run.failure { add("Error", failure) }
    }

    // MARK: The way out

    private mutating func add(_ share: Explanation.Share, number: Int, byteCountLimit: Int) {
        lines.append("")
        add("Share \(number)", "stream \(share.stream.name)")
        if let rule = share.rule { add("Rule", rule) }
        for recipient in share.recipients.prefix(Self.shownAddressCount) { add(recipient) }
        addCount(of: share.recipients.count)
        if let content = share.returnContent { add("Reports", "return \(content.keyword)") }
        if let hold = share.hold {
            add("Held", "\(hold.reason)\(hold.tag.map { " [\($0)]" } ?? ""), by \(hold.rule)")
        }
        for transaction in share.transactions.prefix(Self.shownAddressCount) {
            add("Envelope", "from <\(transaction.sender?.description ?? "")>")
            add(transaction.recipients, before: "to ")
        }
        addCount(of: share.transactions.count)
        let fields = share.removedFields.map { "- \($0)" } + share.addedFields.map { "+ \($0)" }
        for (index, field) in fields.enumerated() { add(index == 0 ? "Header" : "", field) }
        for (index, host) in share.stream.smartHosts.enumerated() {
            add(index == 0 ? "Smart host" : "", host.shown)
            add("", host.credential.map { "credential \($0)" } ?? "no AUTH")
        }
        add("Size limit", Figures.size(min(share.stream.maxMessageByteCount ?? .max, byteCountLimit)))
    }

    private mutating func add(_ recipient: Explanation.ShareRecipient) {
        add("To", "<\(recipient.address)>")
        if let old = recipient.redirectedFrom { add("", "in place of <\(old)>") }
        add("", recipient.route?.shown ?? "by a script's stream")
        if let notify = recipient.notify { add("", "reports: \(notify.keywords.joined(separator: ", "))") }
    }

    /// What is stored nowhere, and who is refused.
    private mutating func addFates(_ explanation: Explanation) {
        switch explanation.rehearsal.verdict {
        case .accept(let plan):
            if !plan.discarded.isEmpty || !plan.refused.isEmpty { lines.append("") }
            for dropped in plan.discarded {
                add("Discarded", "<\(dropped.recipient.address)>, by \(dropped.rule)")
            }
            for refusal in plan.refused { add(refusal) }
        case .refuse(let refusal):
            lines.append("")
            add(refusal)
        case .deferAll(let deferral):
            lines.append("")
            add("Put off", "by \(deferral.rule)")
        case nil: break
        }
    }

    private mutating func add(_ refusal: Refusal) {
        add("Refused", "by \(refusal.rule): \(refusal.text)")
        add(refusal.recipients, before: "")
    }

    // MARK: Lines

    private mutating func add(_ addresses: [Address], title: String = "", before: String) {
        var known: Set<Address> = []
        let addresses = addresses.filter { known.insert($0).inserted }
        for (index, address) in addresses.prefix(Self.shownAddressCount).enumerated() {
            let isFirst = index == 0
            let blanks = String(repeating: " ", count: before.count)
            add(isFirst ? title : "", "\(isFirst ? before : blanks)<\(address)>")
        }
        addCount(of: addresses.count)
    }

    private mutating func addCount(of count: Int) {
        if count > Self.shownAddressCount { add("", "and \(count - Self.shownAddressCount) more") }
    }

    private mutating func add(_ title: String, _ text: String) {
        lines.append(Table.clean(title.padding(to: Self.indent) + text, width: Self.width))
    }
}

extension RouteChoice {
    fileprivate var shown: String {
        guard let route, let line else { return "by default_stream" }
        return "by route \(route), line \(line)"
    }
}

extension SmartHostSettings {
    /// The host and how the way to it is kept.
    fileprivate var shown: String {
        let trust =
            switch (tls, verify) {
            case (.off, _): "in the clear"
            case (_, .hostname): "certificate and name verified"
            case (_, .off): "certificate not verified"
            }
        return "\(place), \(tls == .off ? "" : "\(tls.rawValue), ")\(trust)"
    }

    /// `host:port`
    var place: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(count < width ? width - count : 1, isEmpty ? width : 1))
    }
}
