import ArgumentParser
import RelayControl

/// `postern reload`: the running daemon takes up the configuration as it is on disk.
struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have the running daemon take up the configuration as it is on disk.",
        discussion: """
            The daemon checks first. A configuration that cannot be used leaves the running one in force in every
            part: what is wrong is printed, one line each, and the exit code is 1. Nobody is refused or cut off
            meanwhile; sessions under way end as they began. SIGHUP and `systemctl reload postern` do the same.

            EXAMPLES:
              postern reload
              postern reload --json | jq .changed
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        try await daemon.withClient { client in
            let answer = try await client.reload()
            let document = try ControlClient.decode(ReloadDocument.self, from: answer)
            if daemon.json { Output.write(answer) } else { Self.show(document) }
            if !document.isInForce { throw ExitCode(1) }
        }
    }

    private static func show(_ document: ReloadDocument) {
        for finding in document.findings {
            Output.complain(
                "\(finding.file):\(finding.line):\(finding.column): \(finding.severity): \(finding.text)",
                prefix: "")
        }
        guard document.isInForce else {
            return Output.complain("not reloaded; configuration \(document.configuration) stays in force")
        }
        let changed = document.changed.isEmpty ? "nothing" : document.changed.joined(separator: ", ")
        Output.line("reloaded: configuration \(document.configuration), changed: \(changed)")
    }
}
