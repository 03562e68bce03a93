import ArgumentParser
import MailSyntax
import RelayControl
import RelayDelivery
import RelayEvents
import RelaySettings
import Transport

/// `postern probe`: can this stream's smart hosts be used?
struct ProbeStream: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Try each smart host of a stream: connection, TLS, certificate, login.",
        discussion: """
            It dials as the daemon would, with the configured names, TLS, credential and timeouts, and needs no
            daemon; run it as a user that may read the secrets. Exits 1 if one smart host is of no use.

            EXAMPLES:
              postern probe office
              postern probe office --recipient me@office.example
              postern probe office --json | jq 'select(.ok | not)'
            """)

    @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
    var config = "/etc/postern/postern.yaml"

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Option(help: ArgumentHelp("Send a test message here through each of them.", valueName: "address"))
    var recipient: String?

    @Argument(help: "The stream.")
    var stream: String

    func run() async throws {
        let address = try recipient.map { text in
            guard let address = Address(text), !address.domain.isEmpty else {
                throw CommandFailure(text: "\(text) is no address", exitCode: 2)
            }
            return address
        }
        let settings = try settings()
        guard let chosen = settings.streams[stream] else {
            let names = settings.streamNames.joined(separator: ", ")
            throw CommandFailure(text: "no stream \"\(stream)\" is configured; configured: \(names)")
        }
        var isFirst = true
        let isGood = await SmartHostTrial(settings).run(chosen, to: address) { finding in
            if json {
                Output.write(ProbeReport(finding, stream: stream).json)
            } else {
                if !isFirst { Output.line("") }
                isFirst = false
                for line in ProbeReport(finding, stream: stream).lines(.output, now: WallClock.now()) {
                    Output.line(line)
                }
            }
        }
        if !isGood { throw ExitCode(1) }
    }

    private func settings() throws -> Settings {
        let (settings, findings) = SettingsFile.load(path: config)
        if let settings { return settings }
        for finding in findings { Output.complain("\(finding)", prefix: "") }
        throw CommandFailure(text: "\(config) cannot be used")
    }
}

/// Tries smart hosts from within a command, where there is no daemon.
struct SmartHostTrial {
    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    /// Tries those of a stream one by one; false if one of them is of no use.
    func run(
        _ stream: StreamSettings, to recipient: Address? = nil, each: (ProbeFinding) -> Void
    ) async -> Bool {
        let loops = EventLoops(count: 1)
        let events = EventLog(sink: NoSink(), level: .error, tellsDialogues: false, now: WallClock.now)
        let probe = Probe(stream, settings: settings, events: events, loops: loops, clock: .system)
        var isGood = true
        await probe.run(to: recipient) { finding in
            if finding.failure != nil { isGood = false }
            each(finding)
        }
        await loops.shutdown()
        return isGood
    }

    /// What is found is returned, not told.
    private struct NoSink: EventSink {
        func write(_ events: [EventFields]) {}
    }
}
