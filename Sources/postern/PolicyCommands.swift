import ArgumentParser
import RelayControl
import RelayPolicy
import RelaySettings
import SieveTesting

/// `postern policy`: scripts looked at, tried and watched.
struct PolicyCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check policy scripts, run tests of them, and see what they do.",
        subcommands: [Check.self, PolicyExplain.self, Test.self, PolicyStats.self])

    /// `postern policy check`: every mistake of a script at once.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check scripts: every mistake at once, one line each.",
            discussion: """
                Prints file, line, column and what is wrong, then how many files, errors and warnings there are. \
                Streams are known from the configuration, if it can be read. Exits 1 if there is an error.

                EXAMPLES:
                  postern policy check outbound.sieve
                  postern policy check --strict /etc/postern/policy/*.sieve
                  postern policy check --hook rcpt --json recipients.sieve
                """)

        @Argument(help: ArgumentHelp("The scripts.", valueName: "file"))
        var files: [String]

        @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
        var config = "/etc/postern/postern.yaml"

        /// When the scripts run.
        enum Hook: String, ExpressibleByArgument, CaseIterable {
            case rcpt
            case data
            case release
        }

        @Option(help: ArgumentHelp("When the scripts run: rcpt, data or release.", valueName: "hook"))
        var hook = Hook.data

        @Flag(help: "Exit 1 for warnings as well.")
        var strict = false

        @Flag(help: "Print one JSON object for each finding.")
        var json = false

        func run() throws {
            let settings = SettingsFile.load(path: config).settings
            let findings = files.flatMap {
                ScriptCheck.findings(in: $0, settings: settings, isForRecipients: hook == .rcpt)
            }
            for finding in findings where !json { Output.line(finding.description) }
            for finding in findings where json { Output.write(Self.line(finding)) }
            let errorCount = findings.count { $0.severity == .error }
            let warningCount = findings.count - errorCount
            let counts = [
                (files.count, "file"), (errorCount, "error"), (warningCount, "warning"),
            ]
            if !json {
                Output.line(counts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", "))
            }
            if errorCount > 0 || strict && warningCount > 0 { throw ExitCode(1) }
        }

        private static func line(_ finding: SettingsFinding) -> [UInt8] {
            var json = JSONWriter()
            json.object { json in
                json.member("file", finding.file)
                json.member("line", finding.line)
                json.member("column", finding.column)
                json.member("severity", finding.severity.rawValue)
                json.member("text", finding.text)
            }
            json.endLine()
            return json.bytes
        }
    }

    /// `postern policy test`: runs files of script tests.
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run files of script tests (.svtest).",
            discussion: """
                A file begins with require "vnd.postern.testsuite" and holds blocks of the form test "name" { ... }. \
                Prints a line for each, ok or not ok, and how many passed and failed. Exits 1 if one failed.

                EXAMPLES:
                  postern policy test outbound.svtest
                  postern policy test tests/*.svtest | grep '^not ok'
                  postern policy test --json *.svtest | jq -r 'select(.passed | not) | .file + ": " + .name'
                """)

        @Argument(help: ArgumentHelp("The files of tests.", valueName: "file"))
        var files: [String]

        @Flag(help: "Print one JSON object for each block.")
        var json = false

        func run() throws {
            var (passedCount, failedCount) = (0, 0)
            for file in files {
                for outcome in try Self.outcomes(of: file) {
                    if outcome.failure == nil { passedCount += 1 } else { failedCount += 1 }
                    let number = passedCount + failedCount
                    if json {
                        Output.write(Self.document(outcome.name, outcome.failure, number, file))
                    } else {
                        Output.line(Self.line(outcome, number))
                    }
                }
            }
            if !json { Output.line("\(passedCount) passed, \(failedCount) failed") }
            if failedCount > 0 { throw ExitCode(1) }
        }

        private static func line(_ outcome: TestRunner.Outcome, _ number: Int) -> String {
            guard let failure = outcome.failure else { return "ok \(number) - \(outcome.name)" }
            return "not ok \(number) - \(outcome.name): \(failure)"
        }

        static func document(_ name: String, _ failure: String?, _ number: Int, _ file: String) -> [UInt8] {
            var json = JSONWriter()
            json.object { json in
                json.member("file", file)
                json.member("number", number)
                json.member("name", name)
                json.member("passed", failure == nil)
                json.member("failure", failure)
            }
            json.endLine()
            return json.bytes
        }

        private static func outcomes(of path: String) throws -> [TestRunner.Outcome] {
            let slash = path.lastIndex(of: "/")
            let folder = slash.map { String(path[..<$0]) } ?? "."
            let name = String(slash.map { path[path.index(after: $0)...] } ?? path[...])
            let source: [UInt8]
            do throws(SettingsError) {
                source = try SettingsEnvironment.system.read(path, fileByteCount)
            } catch {
                throw CommandFailure(text: "\(path): \(error.reason)")
            }
            return TestRunner.run(source, name: name, folder: folder) { relative in
                // A file that cannot be read is not there for a test.
                try? SettingsEnvironment.system.read("\(folder)/\(relative)", fileByteCount)
            }
        }

        /// Longest file of tests, in bytes.
        private static let fileByteCount = 4 << 20
    }
}
