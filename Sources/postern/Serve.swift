import ArgumentParser
import RelayEvents
import RelayPolicy
import RelaySettings
import SystemdBridge
import Transport

/// `postern serve`: the daemon, in the foreground.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the relay in the foreground.",
        discussion: """
            Ends with 78 when the configuration is bad. SIGTERM stops it within ten seconds; nothing is lost.

            EXAMPLES:
              postern serve
              postern serve --config ./postern.yaml
            """)

    @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
    var config = "/etc/postern/postern.yaml"

    func run() async throws {
        let (settings, policy) = try Configuration.load(config)
        let requests = Signals.requests()
        let events = EventLog(
            sink: JournalSink.sink(for: settings.log), level: EventLevel(settings.log.level),
            tellsDialogues: settings.log.protocolDialogue, now: WallClock.now)
        defer { events.close(within: .seconds(1)) }
        events.tell(.started(Started(version: Version.current, configuration: settings.fingerprint)))
        let loops = EventLoops(count: Processors.count)
        let relay = try await Relay.open(settings, policy: policy, events: events, loops: loops)
        let notifier = ServiceNotifier()
        await relay.run {
            notifier.ready(status: "\(settings.streams.count) streams")
            await Self.waitForStop(requests, events)
            notifier.stopping(status: "stopping")
            events.tell(.stopping(reason: "asked to"))
        }
        await loops.shutdown()
    }

    private static func waitForStop(_ requests: AsyncStream<Signals.Request>, _ events: EventLog) async {
        for await request in requests {
            switch request {
            case .stop: return
            case .reload:
                events.tell(.reloadFailed(reason: "this version takes a new configuration by a restart only"))
            }
        }
    }
}

/// The configuration as `serve` and `demo` take it: all of it good, or an end with 78.
enum Configuration {
    static func load(_ path: String) throws -> (Settings, Policy) {
        let outcome = SettingsFile.load(path: path)
        for finding in outcome.findings { Output.complain("\(finding)", prefix: "") }
        guard let settings = outcome.settings else { throw Self.failure(path) }
        let (policy, findings) = Policy.load(settings)
        for finding in findings { Output.complain("\(finding)", prefix: "") }
        guard let policy else { throw Self.failure(path) }
        return (settings, policy)
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(text: "\(path) cannot be used", exitCode: 78)
    }
}
