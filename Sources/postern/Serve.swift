import ArgumentParser
import ProgramRunner
import RelayEvents
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
        // A program that a policy script runs has our user ID, and shall not look into our memory.
        OwnMemory.hide()
        let passed = SocketActivation.take()
        let configuration = try Configuration.load(config) { StartFailure.tell($0, log: LogSettings()) }
        let settings = configuration.settings
        let requests = Signals.requests()
        let events = EventLog(
            sink: JournalSink.sink(for: settings.log), level: EventLevel(settings.log.level),
            tellsDialogues: settings.log.protocolDialogue, now: WallClock.now)
        defer { events.close(within: .seconds(1)) }
        events.tell(.started(Started(version: Version.current, configuration: settings.fingerprint)))
        let loops = EventLoops(count: Processors.count)
        let relay: Relay
        do {
            relay = try await Relay.open(configuration, passed: passed, events: events, loops: loops)
        } catch {
            StartFailure.tell("\(error)", log: settings.log)
            throw error
        }
        let notifier = ServiceNotifier()
        await relay.run { [config] relay in
            notifier.reloading()
            defer { notifier.ready(status: relay.statusText) }
            return await relay.reload(config)
        } until: {
            notifier.ready(status: relay.statusText)
            await Self.waitForStop(requests, relay, notifier)
            notifier.stopping(status: "stopping")
            events.tell(.stopping(reason: "asked to"))
        }
        await loops.shutdown()
    }

    /// Until somebody asks for the end.
    private static func waitForStop(
        _ requests: AsyncStream<Signals.Request>, _ relay: Relay, _ notifier: ServiceNotifier
    ) async {
        let sleep = { @Sendable (span: Duration) in try await ContinuousClock().sleep(for: span) }
        await withDiscardingTaskGroup { group in
            if let interval = ServiceNotifier.watchdogInterval() {
                let watchdog = Watchdog(relay: relay, notifier: notifier, interval: interval, sleep: sleep)
                group.addTask { await watchdog.run() }
            }
            if ServiceNotifier.isHeard {
                group.addTask { await StatusLine(relay, notifier, sleep: sleep).run() }
            }
            for await request in requests {
                if request == .stop { break }
                relay.desk.ring()
            }
            group.cancelAll()
        }
    }
}
