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
import Transport

/// The running relay: every service wired to every other. No decision is taken here.
struct Relay {
    let settings: Settings
    let events: EventLog
    let spool: Spool
    private let intake: [IntakeServer]
    private let dispatchers: [Dispatcher]
    private let control: ControlServer
    private let uncounted: UncountedFiles
    private let pauses: StreamPauses

    /// Opens the spool, every listener and the control socket; what cannot be opened is an error that names it.
    static func open(_ settings: Settings, policy: Policy, events: EventLog, loops: EventLoops) async throws
        -> Relay
    {
        let state = try StateFolder(settings.stateDirectory)
        let key = try state.tokenKey()
        let spool = try await Spool.open(
            SpoolOptions(
                directory: settings.spool.directory, minimumFreeByteCount: settings.spool.minimumFreeByteCount
            ),
            now: WallClock.now, random: { UInt64.random(in: .min ... .max) })
        let services = IntakeServices(
            settings: settings, spool: spool, policy: policy, events: events, now: WallClock.now,
            uptime: { ContinuousClock().now })
        var intake: [IntakeServer] = []
        for listener in settings.listeners {
            intake.append(try await IntakeServer.open(listener, services: services, loops: loops))
        }
        let uncounted = UncountedFiles(state)
        let pauseFile = PauseFile(state)
        let pauses = StreamPauses(
            try pauseFile.load(), events: events, clock: .system, save: pauseFile.save)
        let delivery = DeliveryServices(
            spool: spool, events: events, loops: loops, settings: settings, clock: .system,
            chance: { Double.random(in: 0..<1) }, makeToken: { MessageToken.make(id: $0, key: key) },
            uncounted: uncounted.memory, pauses: pauses)
        let dispatchers = settings.streamNames.compactMap { settings.streams[$0] }.map {
            Dispatcher($0, services: delivery)
        }
        let operations = Operations(
            settings: settings, spool: spool, events: events, bouncer: Bouncer(delivery), pauses: pauses,
            startedAt: WallClock.now())
        let control = try await ControlServer.bind(
            path: settings.control.socketPath, rules: ControlRules(settings.control), operations: operations,
            on: loops)
        return Relay(
            settings: settings, events: events, spool: spool, intake: intake, dispatchers: dispatchers,
            control: control, uncounted: uncounted, pauses: pauses)
    }

    /// The addresses that clients reach it at.
    var addresses: [PeerAddress] { intake.flatMap(\.addresses) }

    /// Runs until `wait` returns; then takes nothing new, lets what is under way end within a bound, and returns.
    func run(until wait: @escaping @Sendable () async -> Void) async {
        async let writing: Void = uncounted.run()
        await withDiscardingTaskGroup { group in
            for dispatcher in dispatchers { group.addTask { await dispatcher.run() } }
            await takeMail(until: wait)
            // Not cancelled: a transaction that is cut after its final dot would be sent twice.
            for dispatcher in dispatchers { dispatcher.stop() }
        }
        uncounted.finish()
        await writing
        await spool.close()
    }

    /// Takes mail and operators' requests until `wait` returns. Who is in the middle of a message then hears 421 and
    /// sends it again; what was answered 250 is on disk.
    private func takeMail(until wait: @Sendable () async -> Void) async {
        await withDiscardingTaskGroup { group in
            for server in intake { group.addTask { await server.run() } }
            group.addTask { await control.run() }
            group.addTask { await pauses.run() }
            await holdOrphans()
            tellReady()
            await wait()
            for server in intake { await server.stop() }
            await control.close()
            group.cancelAll()
        }
    }

    /// Mail of a stream that the configuration has no more is held: no other stream may send it.
    private func holdOrphans() async {
        for stream in spool.counts().keys where settings.streams[stream] == nil {
            for share in spool.list(ShareFilter(stream: stream)) where share.state != .held {
                let hold = Hold(reason: Hold.streamRemoved, heldAt: WallClock.now())
                // One that cannot be held has no dispatcher either: it waits, and is tried again at the next start.
                guard (try? await spool.hold(share.id, hold)) != nil else { continue }
                // What cannot be read for its addresses is told without them.
                let entry = try? await spool.entry(share.id.entry)
                events.tell(.held(Held(entry, share, reason: hold.reason)))
            }
        }
    }

    private func tellReady() {
        for damaged in spool.recovered.damaged {
            events.tell(
                .entryDamaged(
                    EntryDamaged(id: damaged.id?.description, path: damaged.path, reason: damaged.reason)))
        }
        events.tell(
            .ready(
                Ready(
                    addresses: addresses.map(\.description), streamCount: settings.streams.count,
                    recoveredEntryCount: spool.recovered.entryCount,
                    removedDraftCount: spool.recovered.removedDraftCount,
                    damagedEntryCount: spool.recovered.damagedCount, configuration: settings.fingerprint)))
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
