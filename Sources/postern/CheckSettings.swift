import ArgumentParser
import FoundationEssentials
import Glibc
import RelayPolicy
import RelaySettings

/// `postern check`: the configuration and what it names, looked at without a daemon.
struct CheckSettings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the configuration, and the scripts, secrets and certificates that it names.",
        discussion: """
            Prints what is wrong, one line each with file, line and column. Exits 1 if there is an error. Online it
            reaches each smart host as well, with TLS and login, and sends nothing. Root who checks the installed
            configuration is told as well what the daemon's user could not read.

            EXAMPLES:
              postern check
              postern check --strict --config ./postern.yaml
              postern check --online
              postern check --json | jq .text
            """)

    /// What is looked at when the file by itself is good, one after the other.
    static let inspections: [@Sendable (Settings) -> [SettingsFinding]] = [
        { Policy.load($0).findings }, CertificateCheck.findings,
    ]

    /// The configuration that the service runs with, and the user that it runs as.
    private static let installed = (path: "/etc/postern/postern.yaml", user: "postern")

    @Option(help: ArgumentHelp("The configuration to check.", valueName: "file"))
    var config = installed.path

    @Flag(help: "Exit 1 for warnings as well.")
    var strict = false

    @Flag(help: "Try each smart host as well: connection, TLS, login.")
    var online = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let outcome = SettingsFile.load(path: config, environment: environment)
        let further = outcome.settings.map { settings in Self.inspections.flatMap { $0(settings) } } ?? []
        var findings = outcome.findings + further
        if online, let settings = outcome.settings {
            findings += await OnlineCheck(settings: settings, places: SettingsPlaces(path: config)).findings()
        }
        for finding in findings { print(json ? try Self.line(finding) : finding.description) }
        if findings.isEmpty && !json { print("\(config): nothing found") }
        let isBad = findings.contains { $0.severity == .error } || strict && !findings.isEmpty
        if isBad { throw ExitCode(1) }
    }

    /// Root can read everything; whoever starts a daemon with a configuration of his own reads it himself.
    private var environment: SettingsEnvironment {
        var environment = SettingsEnvironment.system
        if geteuid() == 0, config == Self.installed.path {
            environment.reader = FileUser.named(Self.installed.user)
        }
        return environment
    }

    private static func line(_ finding: SettingsFinding) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(FindingLine(finding)), as: UTF8.self)
    }
}

/// A finding as JSON.
private struct FindingLine: Encodable {
    let file: String
    let line: Int
    let column: Int
    let severity: String
    let text: String

    init(_ finding: SettingsFinding) {
        file = finding.file
        line = finding.line
        column = finding.column
        severity = finding.severity.rawValue
        text = finding.text
    }
}
