import MailSpool
import MailSyntax
import PosternTestSupport
import RelayEvents
import RelaySettings
import Synchronization
import TLSEngine
import Testing
import Transport

@testable import RelayDelivery

/// Keeps events, and lets a test wait for them.
final class EventRecorder: EventSink {
    struct Entry: Sendable {
        let fields: [String: String]
        subscript(name: String) -> String? { fields["POSTERN_" + name] }
    }

    private struct State {
        var events: [Entry] = []
        var waiting: [(kind: String, count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func write(_ events: [EventFields]) {
        let entries = events.map {
            Entry(fields: Dictionary($0.pairs.map { ($0.name, $0.value) }) { first, _ in first })
        }
        let woken = state.withLock { state in
            state.events += entries
            let all = state.events
            let isMet = { (kind: String, count: Int) in all.count { $0["EVENT"] == kind } >= count }
            let woken = state.waiting.filter { isMet($0.kind, $0.count) }
            state.waiting.removeAll { isMet($0.kind, $0.count) }
            return woken
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    func events(_ kind: String) -> [Entry] { state.withLock { $0.events.filter { $0["EVENT"] == kind } } }
    var kinds: [String] { state.withLock { $0.events.compactMap { $0["EVENT"] } } }

    /// Waits for so many events of a kind; returns the last of these.
    func wait(_ kind: String, count: Int = 1) async throws -> Entry {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                if state.events.count(where: { $0["EVENT"] == kind }) >= count { return true }
                state.waiting.append((kind, count, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
        return try #require(events(kind).dropFirst(count - 1).first)
    }
}

/// A stream with its scripted smart hosts, a spool and a manual clock.
struct DeliveryHarness: Sendable {
    let spool: Spool
    let time: ManualTime
    let events: EventRecorder
    let hosts: [ScriptedSmartHost]
    let services: DeliveryServices
    let dispatcher: Dispatcher

    /// Puts a message into the spool; `to` lists its recipients.
    @discardableResult
    func submit(
        from sender: String? = "ann@office.example", to recipients: [String] = ["bob@to.example"],
        _ message: String = "Subject: hello\r\n\r\nbody\r\n", stream: String = "news", hold: Hold? = nil,
        change: (inout Envelope) -> Void = { _ in }
    ) async throws -> QueueID {
        var envelope = Envelope(
            sender: try sender.map { try #require(Address($0)) },
            recipients: try recipients.map { Recipient(try #require(Address($0))) })
        change(&envelope)
        let origin = Origin(
            client: "10.1.2.3", heloName: "pc7", listener: "lan", protocolName: "ESMTP",
            receivedAt: time.wallTime)
        var draft = spool.makeDraft()
        try await draft.append(Array(message.utf8)[...])
        return try await spool.commit(
            draft,
            NewEntry(
                envelope: envelope, origin: origin, messageID: "<m@office.example>", parent: nil,
                shares: [NewShare(recipients: envelope.recipients, stream: stream, hold: hold)]))
    }
}

/// Certificates of a throw-away authority.
struct TestTLS: Sendable {
    let server: TLSContext
    let otherName: TLSContext
    let authorityPEM: [UInt8]

    init() throws {
        let validity = CertificateValidity(from: 1_700_000_000, lasting: .seconds(40 * 365 * 86_400))
        let authority = try ThrowAwayAuthority(name: "Test", validity: validity)
        authorityPEM = authority.certificatePEM
        let leaf = try authority.issue(names: ["127.0.0.1", "localhost"], validity: validity)
        server = try .server(certificatePEM: leaf.certificatePEM, keyPEM: leaf.keyPEM)
        let other = try authority.issue(names: ["other.example"], validity: validity)
        otherName = try .server(certificatePEM: other.certificatePEM, keyPEM: other.keyPEM)
    }
}

/// What a test sets otherwise than the others.
struct Change<Value> {
    let make: (inout Value) -> Void

    init(_ make: @escaping (inout Value) -> Void) { self.make = make }
}

/// Runs a stream against smart hosts, one for each script, while `body` runs.
func withDelivery(
    _ scripts: [ScriptedSmartHost.Script] = [.init()],
    smartHost: Change<SmartHostSettings> = Change { $0.tls = .off },
    stream change: Change<StreamSettings> = Change { _ in },
    settings changeSettings: Change<Settings> = Change { _ in },
    _ body: (DeliveryHarness) async throws -> Void
) async throws {
    let loops = EventLoops(count: 2)
    var hosts: [ScriptedSmartHost] = []
    for script in scripts { hosts.append(try await ScriptedSmartHost(script, on: loops)) }
    var stream = StreamSettings(name: "news")
    stream.connectionLimit = 1
    stream.smartHosts = hosts.map { host in
        var settings = SmartHostSettings(host: "127.0.0.1", port: host.port)
        smartHost.make(&settings)
        return settings
    }
    change.make(&stream)
    var settings = Settings(
        hostname: "relay.office.example", postmaster: try #require(Address("postmaster@office.example")))
    settings.reports.stream = "reports"
    changeSettings.make(&settings)
    let (time, recorder) = (ManualTime(), EventRecorder())
    let log = EventLog(sink: recorder, level: .debug, tellsDialogues: false) { time.wallTime }
    let folder = try TemporaryFolder()
    let random = Mutex(SeededRandom(seed: 1))
    let spool = try await Spool.open(
        SpoolOptions(directory: folder.path, minimumFreeByteCount: 0, diskThreadCount: 4),
        now: { time.wallTime }, uptime: { time.uptime }, random: { random.withLock { $0.next() } })
    let services = DeliveryServices(
        spool: spool, events: log, loops: loops, settings: settings, clock: time.clock, chance: { 0 },
        makeToken: { "\($0)-token" })
    let dispatcher = Dispatcher(stream, services: services)
    let harness = DeliveryHarness(
        spool: spool, time: time, events: recorder, hosts: hosts, services: services, dispatcher: dispatcher)
    let result = await withTaskGroup(of: Void.self) { group -> Result<Void, any Error> in
        for host in hosts { group.addTask { await host.run() } }
        async let running: Void = dispatcher.run()
        let result: Result<Void, any Error>
        do { result = .success(try await body(harness)) } catch { result = .failure(error) }
        dispatcher.stop()
        time.finish()
        await running
        for host in hosts { await host.listener.close() }
        group.cancelAll()
        return result
    }
    await spool.close()
    await loops.shutdown()
    try result.get()
}
