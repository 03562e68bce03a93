import ArgumentParser
import MailSyntax
import RelayPolicy
import RelaySettings

/// `postern explain`: what would become of a message, without sending; a daemon is asked for nothing but what it has
/// left of its limits.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would become of a message, and why; nothing is sent.",
        discussion: """
            Goes the way of a message from the client's first command to the envelope that a smart host would see: \
            who may relay, aliases, each test of the policy with its line, routes, streams, header changes. Needs no \
            daemon; one that runs with this configuration is asked for the limits that it has left: the room of the \
            spool, how much is held, streams that are paused or in trouble. Exits 1 if the message, or one of its \
            recipients, would be refused or put off.

            EXAMPLES:
              postern explain invoice.eml --sender crm@office.example --recipient bob@partner.example
              postern explain - --sender root --recipient root
              postern explain scan.pdf.eml --client 10.1.9.7 --sender "" --recipient ann@office.example
              postern explain invoice.eml --sender a@b.example --recipient c@d.example --json | jq .shares
            """)

    @Argument(help: ArgumentHelp("A message; - is standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The envelope's sender; empty for the null sender.", valueName: "address"))
    var sender: String

    @Option(help: ArgumentHelp("A recipient; may be given many times.", valueName: "address"))
    var recipient: [String]

    @Option(help: ArgumentHelp("The client's IP address.", valueName: "ip"))
    var client = "127.0.0.1"

    @Option(help: ArgumentHelp("The name that the client has logged in by.", valueName: "name"))
    var user: String?

    @Option(
        help: ArgumentHelp("The listener; default: the first that lets this client relay.", valueName: "name")
    )
    var listener: String?

    @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
    var config = "/etc/postern/postern.yaml"

    @Flag(help: "Print one JSON object.")
    var json = false

    /// Scripts in place of the configuration's.
    var scripts: [String] = []

    private enum CodingKeys: CodingKey {
        case file, sender, recipient, client, user, listener, config, json
    }

    func validate() throws {
        guard IPAddress(client) != nil else { throw ValidationError("\(client) is no IP address") }
        guard !recipient.isEmpty else { throw ValidationError("at least one --recipient is needed") }
    }

    func run() async throws {
        let (settings, policy) = try Self.loaded(config, scripts: scripts)
        let listener = try listener(of: settings)
        let explanation = try Explanation(
            Explanation.Question(
                file: file, sender: sender, recipients: recipient, client: client, user: user,
                listener: listener),
            settings: settings, policy: policy, now: WallClock.now())
        let limits = LimitsLeft(settings, listener, running: await LimitsLeft.ask(settings))
        if json {
            Output.write(explanation.json(limits))
        } else {
            for line in ExplanationReport(explanation, limits).lines { Output.line(line) }
        }
        if !explanation.isAccepted { throw ExitCode(1) }
    }

    private func listener(of settings: Settings) throws -> ListenerSettings {
        let found =
            if let listener {
                settings.listeners.first { $0.name == listener }
            } else {
                settings.listeners.first { listener in IPAddress(client).map(listener.admits) ?? false }
                    ?? settings.listeners.first
            }
        guard let found else {
            let names = settings.listeners.map(\.name).joined(separator: ", ")
            throw CommandFailure(text: "no such listener; configured: \(names)", exitCode: 2)
        }
        return found
    }

    /// The configuration and its policy, of other scripts where some are named.
    static func loaded(_ config: String, scripts: [String] = []) throws -> (Settings, Policy) {
        var outcome = SettingsFile.load(path: config)
        if !scripts.isEmpty { outcome.settings?.policy.scripts = scripts }
        let loaded = outcome.settings.map { Policy.load($0) }
        guard let settings = outcome.settings, let policy = loaded?.policy else {
            for finding in outcome.findings + (loaded?.findings ?? []) where finding.severity == .error {
                Output.complain("\(finding)", prefix: "")
            }
            throw CommandFailure(text: "\(config) cannot be used")
        }
        return (settings, policy)
    }
}
