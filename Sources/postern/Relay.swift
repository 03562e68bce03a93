import Glibc
import MailCrypto
import MailSpool
import MailSyntax
import RelayControl
import RelayDelivery
import RelayEvents
import RelayIntake
import RelayPolicy
import RelaySettings
import Synchronization
import Transport

/// The configuration in force, for all that look at it now and then; a reload puts another in its place.
final class InForce: Sendable {
    private let current: Mutex<Configuration>

    init(_ configuration: Configuration) { current = Mutex(configuration) }

    var configuration: Configuration {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    var settings: Settings { configuration.settings }
}

/// The running relay: every service wired to every other. No decision is taken here.
///
/// Spool, control socket and event log live as long as it does. What the settings rule, listeners and streams, is
/// replaced under way by a reload (`Reloading.swift`).
struct Relay: Sendable {
    let events: EventLog
    let spool: Spool
    let inForce: InForce
    let desk: ReloadDesk
    let intake: IntakeServer
    /// Those that intake began with; a reload puts them under other settings.
    let services: IntakeServices
    let streams: Streams
    private let control: ControlServer
    private let uncounted: UncountedFiles
    private let memoryFile: MemoryFile
    private let pauses: StreamPauses
    private let maildrop: MaildropCollector
    private let holds: HoldKeeper
    private let retrial: ErrorRetrial
    let retrialBell = RetrialBell()

    /// Opens the spool, every listener and the control socket; what cannot be opened is an error that names it.
    static func open(
        _ configuration: Configuration, passed: [String: [Int32]] = [:], events: EventLog, loops: EventLoops
    ) async throws -> Relay {
        let settings = configuration.settings
        let state = try StateFolder(settings.stateDirectory)
        let key = try state.tokenKey()
        let spool = try await Spool.open(
            SpoolOptions(
                directory: settings.spool.directory,
                minimumFreeByteCount: settings.spool.minimumFreeByteCount,
                longestDelay: (settings.streams.values.flatMap(\.retry).max() ?? .zero) * 1.1,
                keepsFailed: settings.spool.keepFailed > .zero),
            now: WallClock.now, uptime: DeliveryClock.system.uptime,
            random: { UInt64.random(in: .min ... .max) })
        let memoryFile = MemoryFile(state)
        let services = IntakeServices(
            settings: settings, spool: spool, policy: configuration.policy,
            desk: PolicyDesk(memory: memoryFile.memory(), uptime: { ContinuousClock().now }),
            events: events,
            now: WallClock.now, uptime: { ContinuousClock().now })
        let intake = try await IntakeServer.open(services, passed: passed, on: loops)
        let uncounted = UncountedFiles(state)
        let pauseFile = PauseFile(state)
        let pauses = StreamPauses(
            try pauseFile.load(), events: events, clock: .system, save: pauseFile.save)
        let streams = Streams(
            settings,
            services: DeliveryServices(
                spool: spool, events: events, loops: loops, settings: settings, clock: .system,
                chance: { Double.random(in: 0..<1) }, makeToken: { MessageToken.make(id: $0, key: key) },
                uncounted: uncounted.memory, pauses: pauses))
        let (inForce, desk) = (InForce(configuration), ReloadDesk())
        let operations = Operations(
            inForce: inForce, spool: spool, events: events, streams: streams, pauses: pauses, desk: desk,
            intake: services, startedAt: WallClock.now())
        let control = try await ControlServer.bind(
            path: settings.control.socketPath, rules: ControlRules(settings.control), operations: operations,
            on: loops)
        return Relay(
            events: events, spool: spool, inForce: inForce, desk: desk, intake: intake, services: services,
            streams: streams, control: control, uncounted: uncounted,
            memoryFile: memoryFile, pauses: pauses,
            maildrop: MaildropCollector(
                services: { intake.servicesInForce ?? services },
                sleep: { try await ContinuousClock().sleep(for: $0) }),
            holds: HoldKeeper(
                streams, settings: { inForce.settings.policy.hold }, memory: DigestFile(state).memory),
            retrial: operations.retrial)
    }

    /// The addresses that clients reach it at.
    var addresses: [PeerAddress] { intake.addresses }

    /// Runs until `wait` returns; then takes nothing new, lets what is under way end within a bound, and returns.
    /// `reload` is done for whoever wishes for it at the desk.
    func run(
        reload: @escaping @Sendable (Relay) async -> ReloadDocument,
        until wait: @escaping @Sendable () async -> Void
    ) async {
        async let writing: Void = uncounted.run()
        async let remembering: Void = memoryFile.run(services.desk.memory)
        await withDiscardingTaskGroup { group in
            group.addTask { await streams.run() }
            await takeMail(reload, until: wait)
            // Not cancelled: a transaction that is cut after its final dot would be sent twice.
            streams.stop()
        }
        uncounted.finish()
        memoryFile.finish()
        await writing
        await remembering
        await spool.close()
    }

    /// Takes mail and operators' requests until `wait` returns. Who is in the middle of a message then hears 421 and
    /// sends it again; what was answered 250 is on disk.
    private func takeMail(
        _ reload: @escaping @Sendable (Relay) async -> ReloadDocument, until wait: @Sendable () async -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await intake.run() }
            group.addTask { await control.run() }
            group.addTask { await pauses.run() }
            group.addTask { await desk.run { await reload(self) } }
            group.addTask { [maildrop] in
                var collector = maildrop
                await collector.run()
            }
            group.addTask { [holds] in
                var keeper = holds
                await keeper.run { try await ContinuousClock().sleep(for: $0) }
            }
            group.addTask { await retrialBell.run { try await ContinuousClock().sleep(for: $0) } }
            group.addTask {
                await retrial.run(retrialBell) { try await ContinuousClock().sleep(for: $0) }
            }
            group.addTask { await catchUp() }
            group.addTask { [inForce] in
                await services.gate.run(
                    streams: { inForce.settings.streams },
                    sleep: { try await ContinuousClock().sleep(for: $0) })
            }
            await Self.briefly { await spool.scanned() }
            let recovered = spool.recovered
            tellReady(recovered)
            group.addTask { await finishScan(isNews: !recovered.isComplete) }
            await wait()
            await intake.stop()
            await control.close()
            group.cancelAll()
        }
    }

    /// What a full or failing disk did not take of the fate of mail is tried again while we live, and what failed is
    /// forgotten in time.
    private func catchUp() async {
        let keep = inForce.settings.spool.keepFailed
        let interval = keep > .zero ? min(keep, .seconds(30)) : .seconds(30)
        // Cancelled at the end.
        while (try? await ContinuousClock().sleep(for: interval)) != nil {
            await spool.catchUp()
            await spool.forgetFailed(until: WallClock.now() + (.zero - keep))
        }
    }

    /// A queue that is soon looked through is told of whole.
    private static func briefly(_ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup { group in
            group.addTask { await body() }
            // Cancelled when the other was faster.
            group.addTask { try? await Task.sleep(for: .milliseconds(300)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// What can be told and done only when all that an earlier run left was looked at.
    private func finishScan(isNews: Bool) async {
        let begin = ContinuousClock.now
        let recovered = await spool.scanned()
        guard recovered.isComplete else { return }
        for damaged in recovered.damaged {
            events.tell(
                .entryDamaged(
                    EntryDamaged(id: damaged.id?.description, path: damaged.path, reason: damaged.reason)))
        }
        streams.keepStrangers()
        // The scripts may be others than those that failed.
        retrialBell.ringForAll()
        guard isNews else { return }
        events.tell(
            .spoolScanned(
                SpoolScanned(
                    recoveredEntryCount: recovered.entryCount, removedDraftCount: recovered.removedDraftCount,
                    damagedEntryCount: recovered.damagedCount, duration: ContinuousClock.now - begin)))
    }

    private func tellReady(_ recovered: RecoveryReport) {
        let settings = inForce.settings
        events.tell(
            .ready(
                Ready(
                    addresses: addresses.map(\.description), streamCount: settings.streams.count,
                    recoveredEntryCount: recovered.entryCount,
                    expectedEntryCount: recovered.isComplete ? nil : recovered.expectedCount,
                    removedDraftCount: recovered.removedDraftCount,
                    damagedEntryCount: recovered.damagedCount, configuration: settings.fingerprint)))
    }
}

extension DeliveryClock {
    /// The machine's clocks.
    static let system: DeliveryClock = {
        let clock = ContinuousClock()
        let start = clock.now
        return DeliveryClock(
            wallTime: WallClock.now,
            uptime: { Uptime(milliseconds: (clock.now - start).wholeMilliseconds) },
            sleep: { try await clock.sleep(for: $0) })
    }()
}

extension ControlRules {
    init(_ control: ControlSettings) {
        self.init(
            ownUserID: geteuid(), allowsOwnUser: control.allowsOwnUser,
            adminGroupID: GroupLookup.groupID(of: GroupLookup.adminGroup),
            monitorGroupID: GroupLookup.groupID(of: GroupLookup.monitorGroup))
    }
}
