package import MailSpool
package import MailSyntax
package import RelayEvents
package import RelayPolicy
package import RelaySettings
import SMTPProtocol
package import Transport

/// What every session of intake needs from the rest of the relay.
package struct IntakeServices: Sendable {
    let settings: Settings
    let spool: Spool
    let policy: Policy
    let events: EventLog
    let room: RoomReporter
    /// Wall time, for records.
    let now: @Sendable () -> Timestamp
    /// Continuous time, for deadlines.
    let uptime: @Sendable () -> ContinuousClock.Instant

    /// The parts, gathered.
    package init(
        settings: Settings, spool: Spool, policy: Policy, events: EventLog,
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.settings = settings
        self.spool = spool
        self.policy = policy
        self.events = events
        self.now = now
        self.uptime = uptime
        room = RoomReporter(spool: spool, settings: settings.spool, events: events)
    }
}

/// One listener of the configuration, open: takes connections and runs a session for each.
package struct IntakeServer: Sendable {
    private let settings: ListenerSettings
    private let services: IntakeServices
    private let tls: TLSOffering
    private let listeners: [Listener]
    private let admission: AdmissionLimit

    /// Opens every address of the listener; an address that cannot be opened is an error.
    package static func open(
        _ settings: ListenerSettings, services: IntakeServices, loops: EventLoops
    ) async throws -> IntakeServer {
        let tls = try TLSOffering(settings, hostname: services.settings.hostname, now: services.now())
        var listeners: [Listener] = []
        do throws(TransportError) {
            for address in settings.addresses {
                let place = Listener.Address.tcp(host: address.host, port: address.port)
                listeners.append(try await Listener.bind(place, on: loops))
            }
        } catch {
            for listener in listeners { await listener.close() }
            throw error
        }
        return IntakeServer(
            settings: settings, services: services, tls: tls, listeners: listeners,
            admission: AdmissionLimit(
                total: settings.maxConnections, perPeer: settings.maxConnectionsPerClient))
    }

    /// The addresses it listens at, with the ports that the system chose where the configuration says 0.
    package var addresses: [PeerAddress] { listeners.map(\.local) }

    /// Serves until `stop`, then until the last session has said goodbye.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for listener in listeners {
                group.addTask { await listener.run { connection in await self.serve(connection) } }
            }
        }
    }

    /// Takes no more connections.
    package func stop() async {
        for listener in listeners { await listener.close() }
    }

    private func serve(_ connection: Connection) async {
        guard admission.enter(connection.peer) else {
            tellLimited(connection)
            connection.write(Reply.tooManyConnections.bytes)
            return await connection.close()
        }
        defer { admission.leave(connection.peer) }
        var session = IntakeSession(connection, listener: settings, tls: tls, services: services)
        await session.serve()
    }

    private func tellLimited(_ connection: Connection) {
        services.events.tell(
            .clientLimited(
                ClientTrouble(
                    client: connection.peer.text, listener: settings.name, reason: "too many connections")))
    }
}
