import MailSyntax
import RelaySettings

@testable import RelayPolicy

/// A relay of two streams, with scripts and routes as a test wants them.
struct Office {
    struct Failed: Error, CustomStringConvertible { let description: String }

    /// By name, in order.
    var scripts: [(name: String, source: String)] = []
    /// Further files by path.
    var files: [String: String] = [:]
    var settings = Office.plain
    var memory = PolicyMemory(now: { Timestamp(millisecondsSince1970: 0) })
    var body = "body\n"
    /// What the message's size is taken for; nil: what it is.
    var byteCount: Int? = 5000
    var sender: String? = "ann@office.example"
    var header = "From: Ann <ann@office.example>\nSubject: hello\n"
    var origin = Origin(
        client: "10.1.7.4", heloName: "pc", listener: "lan", protocolName: "ESMTP",
        receivedAt: Timestamp(millisecondsSince1970: 0))

    init(_ scripts: String...) {
        self.scripts = scripts.enumerated().map { ("s\($0.offset + 1)", Self.prologue + $0.element) }
        settings.policy.scripts = self.scripts.map { "/policy/\($0.name)" }
    }

    /// The same scripts at RCPT.
    static func atRecipients(_ script: String) -> Office {
        var office = Office(script)
        office.settings.policy.recipientScripts = office.settings.policy.scripts
        office.settings.policy.scripts = []
        return office
    }

    /// One line, so that the script itself begins in line 2.
    static let prologue = """
        require ["envelope","reject","copy","editheader","vnd.postern.stream","vnd.postern.hold"];

        """

    static var plain: Settings {
        var settings = Settings(
            hostname: "relay.office.example",
            postmaster: Address(localPart: "postmaster", domain: "office.example"))
        settings.streams = ["office": StreamSettings(name: "office"), "bulk": StreamSettings(name: "bulk")]
        settings.streamNames = ["office", "bulk"]
        settings.defaultStream = "office"
        return settings
    }

    func loaded() -> Policy.Outcome {
        let environment = SettingsEnvironment(
            status: { _ in nil },
            read: { [scripts, files] path, _ throws(SettingsError) in
                if let file = files[path] { return Array(file.utf8) }
                guard let script = scripts.first(where: { "/policy/\($0.name)" == path }) else {
                    throw .missing(path)
                }
                return Array(script.source.utf8)
            }, hostname: { nil }, secretFolders: [])
        return Policy.load(settings, environment: environment)
    }

    func verdict(_ recipients: [String]) throws -> Verdict {
        let outcome = loaded()
        guard let policy = outcome.policy else {
            throw Failed(description: outcome.findings.map(\.description).joined(separator: "\n"))
        }
        let head = Array((header + "\n" + body).utf8).flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        let envelope = Envelope(
            sender: sender.flatMap { Address($0) },
            recipients: recipients.compactMap { Address($0) }.map { Recipient($0, notify: .success) })
        var message = JudgedMessage(head, envelope: envelope, origin: origin)
        message.byteCount = byteCount ?? head.count
        message.read = { Array(head[$0.clamped(to: 0..<head.count)]) }
        return policy.judge(message, JudgingAids(memory: memory))
    }

    /// The verdict, a line for each fate.
    func fates(_ recipients: String...) throws -> [String] { try verdict(recipients).lines }
}

extension Verdict {
    var lines: [String] {
        switch self {
        case .accept(let plan):
            plan.shares.map(\.line) + plan.discarded.map { "discard \($0.recipient.address) by \($0.rule)" }
                + plan.refused.map(\.line) + plan.failures.map(\.line)
        case .refuse(let refusal): ["all: " + refusal.line] + refusal.failures.map(\.line)
        case .deferAll(let deferral):
            ["all: \(deferral.code) \(deferral.status) by \(deferral.rule)"] + deferral.failures.map(\.line)
        }
    }
}

extension PlannedShare {
    fileprivate var line: String {
        let hold = hold.map { " hold \($0.tag.map { "[\($0)] " } ?? "")\"\($0.reason)\" by \($0.rule)" } ?? ""
        let edits = self.edits.header.map { pieces in
            let added = pieces.compactMap { if case .added(let bytes) = $0 { bytes } else { nil } }
            return " edited \(String(decoding: added.joined(), as: UTF8.self).split(separator: "\r\n"))"
        }
        let names = recipients.map { planned in
            "\(planned.recipient.address)" + (planned.redirectedFrom.map { "<\($0)" } ?? "")
        }
        return "\(stream): \(names.joined(separator: " "))\(hold)\(edits ?? "")"
    }
}

extension Refusal {
    fileprivate var line: String {
        "\(code) \(status) \(text): \(recipients.map(\.description).joined(separator: " ")) by \(rule)"
    }
}

extension PolicyFailure {
    fileprivate var line: String {
        "failure \(rule) \(text): \(recipients.map(\.description).joined(separator: " "))"
    }
}
