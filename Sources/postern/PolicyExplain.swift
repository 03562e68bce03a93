import ArgumentParser
import Glibc
import MailSyntax
import RelayPolicy
import RelaySettings

/// `postern policy explain`: what scripts make of a message, or of a folder of saved ones, before they are in force.
struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what scripts make of a message, or what changes for saved ones.",
        discussion: """
            With a message it is what postern explain shows, by other scripts where --script names them.

            With --against every file of a folder is judged by the scripts of the configuration and by those of
            --script, and only differences are shown; exits 1 if there is one. Envelopes come from Return-Path or
            From, To and Cc. Programs are run by both.

            EXAMPLES:
              postern policy explain invoice.eml --sender crm@office.example --recipient bob@partner.example --script new.sieve
              postern policy explain --against /var/tmp/samples --script new.sieve
              postern policy explain --against /var/tmp/samples --script new.sieve --json
            """)

    @Argument(help: ArgumentHelp("A message; - is standard input.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("The envelope's sender; empty for the null sender.", valueName: "address"))
    var sender: String?

    @Option(help: ArgumentHelp("A recipient; may be given many times.", valueName: "address"))
    var recipient: [String] = []

    @Option(help: ArgumentHelp("The client's IP address.", valueName: "ip"))
    var client = "127.0.0.1"

    @Option(help: ArgumentHelp("The name that the client has logged in by.", valueName: "name"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "A script in place of the configuration's; may be given many times.", valueName: "file"))
    var script: [String] = []

    @Option(help: ArgumentHelp("A folder of saved messages.", valueName: "folder"))
    var against: String?

    @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
    var config = "/etc/postern/postern.yaml"

    @Flag(help: "Print JSON objects.")
    var json = false

    func validate() throws {
        guard IPAddress(client) != nil else { throw ValidationError("\(client) is no IP address") }
        if against != nil {
            guard file == nil, !script.isEmpty else {
                throw ValidationError("--against takes the scripts of --script, and no message")
            }
        } else if file == nil || sender == nil || recipient.isEmpty {
            throw ValidationError("a message needs --sender and --recipient")
        }
    }

    func run() async throws {
        guard let against else {
            var arguments = [file ?? "-", "--sender", sender ?? "", "--client", client, "--config", config]
            arguments += recipient.flatMap { ["--recipient", $0] } + (user.map { ["--user", $0] } ?? [])
            var explain = try Explain.parse(arguments + (json ? ["--json"] : []))
            explain.scripts = script.map(Self.absolute)
            return try await explain.run()
        }
        let (settings, old) = try Explain.loaded(config)
        let (_, new) = try Explain.loaded(config, scripts: script.map(Self.absolute))
        var (count, differentCount) = (0, 0)
        for name in try Self.names(in: against) {
            count += 1
            let message = try SavedMessage("\(against)/\(name)", client: client, user: user, settings)
            let (before, after) = (message.fates(by: old), message.fates(by: new))
            guard before != after else { continue }
            differentCount += 1
            tell(name, before, after)
        }
        if !json { Output.line("\(count) messages, \(differentCount) different") }
        if differentCount > 0 { throw ExitCode(1) }
    }

    private func tell(_ name: String, _ before: [String], _ after: [String]) {
        guard !json else { return Output.write(DifferenceDocument(file: name, before, after).line) }
        Output.line(name)
        for line in before where !after.contains(line) { Output.line("  - \(line)") }
        for line in after where !before.contains(line) { Output.line("  + \(line)") }
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    private static func names(in folder: String) throws -> [String] {
        guard let listing = opendir(folder) else {
            throw CommandFailure(text: "\(folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(listing) }
        var names: [String] = []
        while let item = readdir(listing) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix("."), item.pointee.d_type != UInt8(DT_DIR) { names.append(name) }
        }
        return names.sorted()
    }
}
