import MailSpool
import MailSyntax
import PosternTestSupport
import RelayEvents
import RelayPolicy
import RelaySettings
import Synchronization
import Testing
import Transport

@testable import RelayIntake

/// A listener on loopback in front of a real spool in a temporary folder.
struct IntakeHarness: Sendable {
    /// What a test wants otherwise than usual.
    struct Wishes {
        var script: String?
        var listener: ListenerSettings
        var settings: Settings
        var tellsDialogues = false
        let disk = FailingDisk()
    }

    let spool: Spool
    let events: EventRecorder
    let disk: FailingDisk
    let clock: ManualClock
    let server: IntakeServer
    let services: IntakeServices
    let loops: EventLoops
    let running: Task<Void, Never>

    static let time = Timestamp(millisecondsSince1970: 1_795_252_800_000)

    /// A new connection; the greeting is not read yet.
    func connect() async throws -> Client {
        Client(try await Dialer(loops: loops).connect(to: server.addresses[0], within: .seconds(60)))
    }

    /// The services with other listeners.
    func services(with listeners: [ListenerSettings]) -> IntakeServices {
        services(by: { $0.listeners = listeners })
    }

    /// The services under other settings.
    func services(by change: (inout Settings) -> Void) -> IntakeServices {
        var settings = services.settings
        change(&settings)
        return services.under(settings, services.policy)
    }

    /// The shares of the spool as `stream recipient,recipient state`.
    func shares() async throws -> [String] {
        var lines: [String] = []
        for summary in spool.list() {
            let share = try await spool.entry(summary.id.entry).shares[summary.id.number - 1]
            let recipients = share.recipients.map(\.recipient.address.description).joined(separator: ",")
            lines.append("\(share.stream) \(recipients) \(summary.state)")
        }
        return lines
    }

    /// The only message of the spool as it was received.
    func message() async throws -> String {
        let ids = Set(spool.list().map(\.id.entry))
        let reader = try await spool.message(try #require(ids.count == 1 ? ids.first : nil))
        return String(decoding: try await reader.read(0..<reader.byteCount), as: UTF8.self)
    }
}

/// Runs a relay's intake while `body` runs.
func withIntake(
    _ change: (inout IntakeHarness.Wishes) -> Void = { _ in },
    _ body: (IntakeHarness) async throws -> Void
) async throws {
    var wishes = IntakeHarness.Wishes(listener: ListenerSettings(name: "lan"), settings: plainSettings)
    wishes.listener.addresses = [ListenAddress(host: "127.0.0.1", port: 0)]
    wishes.listener.tls = .off
    change(&wishes)
    let folder = try TemporaryFolder()
    let (recorder, clock) = (EventRecorder(), ManualClock(IntakeHarness.time))
    let log = EventLog(sink: recorder, tellsDialogues: wishes.tellsDialogues) { clock.now }
    let random = Mutex(SeededRandom(seed: 1))
    let spool = try await Spool.open(
        SpoolOptions(
            directory: folder.path, minimumFreeByteCount: wishes.settings.spool.minimumFreeByteCount,
            diskThreadCount: 2), disk: wishes.disk, now: { clock.now },
        uptime: { Uptime(milliseconds: clock.now.millisecondsSince1970) },
        random: { random.withLock { $0.next() } })
    var settings = wishes.settings
    settings.listeners = [wishes.listener]
    let services = IntakeServices(
        settings: settings, spool: spool, policy: try policy(wishes),
        desk: PolicyDesk(memory: PolicyMemory(now: { clock.now }), uptime: { ContinuousClock().now }),
        events: log,
        now: { clock.now }, uptime: { ContinuousClock().now })
    let loops = EventLoops(count: 2)
    let server = try await IntakeServer.open(services, on: loops)
    let harness = IntakeHarness(
        spool: spool, events: recorder, disk: wishes.disk, clock: clock, server: server, services: services,
        loops: loops,
        running: Task { await server.run() })
    let result: Result<Void, any Error>
    do { result = .success(try await body(harness)) } catch { result = .failure(error) }
    harness.running.cancel()
    await harness.running.value
    await spool.close()
    await loops.shutdown()
    try result.get()
}

private var plainSettings: Settings {
    var settings = Settings(
        hostname: "relay.example", postmaster: Address(localPart: "boss", domain: "office.example"))
    settings.streams = ["office": StreamSettings(name: "office"), "bulk": StreamSettings(name: "bulk")]
    settings.streamNames = ["office", "bulk"]
    settings.defaultStream = "office"
    settings.reports.stream = "office"
    settings.spool.minimumFreeByteCount = 1
    return settings
}

func policy(_ wishes: IntakeHarness.Wishes) throws -> Policy {
    var settings = wishes.settings
    let prologue = """
        require ["envelope","reject","copy","editheader","vnd.postern.stream","vnd.postern.hold"];

        """
    if wishes.script != nil { settings.policy.scripts = ["/policy/test.sieve"] }
    let source = Array((prologue + (wishes.script ?? "")).utf8)
    let environment = SettingsEnvironment(
        status: { _ in nil }, read: { _, _ in source }, hostname: { nil }, secretFolders: [])
    let (policy, findings) = Policy.load(settings, environment: environment)
    return try #require(policy, "\(findings)")
}
