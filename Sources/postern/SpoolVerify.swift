import ArgumentParser
import Glibc
import MailSpool
import RelayControl
import RelaySettings

/// `postern spool verify`.
struct SpoolVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read and check every entry of the spool.",
        discussion: """
            Prints each file that is not as it should be, and exits 1 if there is one. Changes nothing, and may be run
            beside the daemon. With --repair, and the daemon stopped, files that are damaged or no entries are moved to
            damaged/, and drafts that were never acknowledged removed.

            EXAMPLES:
              postern spool verify
              postern spool verify --repair
              postern spool verify --json | jq -r .path
            """)

    @Flag(help: "Set aside what is damaged and remove drafts; the daemon must be stopped.")
    var repair = false

    @Option(help: ArgumentHelp("The configuration that names the spool.", valueName: "file"))
    var config = "/etc/postern/postern.yaml"

    @Flag(help: "Print one JSON object a file.")
    var json = false

    func run() throws {
        let (settings, findings) = SettingsFile.loadForSubmission(path: config)
        guard let settings else {
            throw CommandFailure(text: findings.map(\.description).joined(separator: "\n"))
        }
        let report = try verify(settings.spool)
        for finding in report.findings { Output.line(json ? Self.document(finding) : Self.line(finding)) }
        if !json { Output.line(Self.sum(report)) }
        if report.findings.contains(where: \.isWrong) { throw ExitCode(1) }
    }

    private func verify(_ directory: String) throws -> SpoolCheck.Report {
        let bar = ProgressBar()
        defer { bar.clear() }
        do throws(SpoolError) {
            var check = try SpoolCheck(directory, repairs: repair)
            return try check.run {
                sleep(1)
            } progress: { examined, expected in
                guard ProgressBar.isWanted, examined % 100 == 0 || examined == expected else { return }
                bar.draw(WalkProgress(examined: examined, total: expected))
            }
        } catch {
            guard case .inUse(let holder) = error else { throw CommandFailure(text: "\(error)") }
            throw CommandFailure(text: "the spool is in use by \(holder): stop the daemon before --repair")
        }
    }

    private static func line(_ finding: SpoolCheck.Finding) -> String {
        let action: String? = finding.newPath.map { $0.isEmpty ? "removed" : "now \($0)" }
        return "\(finding.path): \(finding.kind.rawValue): \(finding.reason)"
            + (action.map { "; \($0)" } ?? "")
    }

    private static func document(_ finding: SpoolCheck.Finding) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("path", finding.path)
            json.member("finding", finding.kind.rawValue)
            json.member("reason", finding.reason)
            json.member("new_path", finding.newPath)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func sum(_ report: SpoolCheck.Report) -> String {
        let wrong = report.findings.count(where: \.isWrong)
        var text = "\(report.entryCount) entries are whole, \(wrong) files are not as they should be"
        if report.damagedCount > 0 { text += "; \(report.damagedCount) were set aside before, in damaged/" }
        if let holder = report.holder { text += "; checked beside \(holder), which has the spool" }
        return text
    }
}
