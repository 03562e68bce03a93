import RelayEvents
import RelaySettings
import SMTPProtocol
import Synchronization
import TLSEngine
import Transport

/// What a session begins with: its listener's settings, certificate and limits, and the services of all.
struct IntakeTerms: Sendable {
    let listener: ListenerSettings
    let tls: TLSOffering
    let services: IntakeServices
    /// Counts on when the settings change.
    let admission: AdmissionLimit
    let hasOtherCertificate: Bool

    /// What the terms before leave unchanged goes on: the certificate in use, and who is connected.
    init(_ listener: ListenerSettings, services: IntakeServices, before: IntakeTerms?) throws(TLSError) {
        self.listener = listener
        self.services = services
        let tls = try TLSOffering(
            listener, hostname: services.settings.hostname, now: services.now(), before: before?.tls)
        self.tls = tls
        admission =
            before?.admission
            ?? AdmissionLimit(total: listener.maxConnections, perPeer: listener.maxConnectionsPerClient)
        hasOtherCertificate = before.map { $0.tls.context != nil && $0.tls.identity != tls.identity } ?? false
    }

    func applyLimits() {
        admission.change(total: listener.maxConnections, perPeer: listener.maxConnectionsPerClient)
    }
}

/// One open address; each session that begins there does so under the terms of the moment.
final class IntakeDoor: Sendable {
    /// As the settings name it.
    let address: ListenAddress
    private let listener: Listener
    private let terms = Mutex<IntakeTerms?>(nil)

    init(_ address: ListenAddress, _ listener: Listener) {
        self.address = address
        self.listener = listener
    }

    var local: PeerAddress { listener.local }

    /// The listener that it belongs to.
    var name: String? { terms.withLock { $0?.listener.name } }

    func change(to new: IntakeTerms) { terms.withLock { $0 = new } }

    /// Serves until `close`, then until the last session has said goodbye.
    func run() async { await listener.run { connection in await self.serve(connection) } }

    /// Takes no more connections.
    func close() async { await listener.close() }

    func sharePort(_ isShared: Bool) async { await listener.sharePort(isShared) }

    /// Whether a client would be greeted here.
    func answers(_ dialer: Dialer, within patience: Duration) async -> Bool {
        // Whatever goes wrong: there is no greeting.
        guard let connection = try? await dialer.connect(to: local.reachable, within: patience) else {
            return false
        }
        // The same here.
        let greeting = try? await connection.read(within: patience)
        await connection.close()
        return greeting?.first == UInt8(ascii: "2") || greeting?.first == UInt8(ascii: "4")
    }

    private func serve(_ connection: Connection) async {
        guard let terms = terms.withLock({ $0 }) else { return }
        guard terms.admission.enter(connection.peer) else {
            tellLimited(connection, terms)
            connection.write(Reply.tooManyConnections.bytes)
            return await connection.close()
        }
        defer { terms.admission.leave(connection.peer) }
        var session = IntakeSession(
            connection, listener: terms.listener, tls: terms.tls, services: terms.services)
        await session.serve()
    }

    private func tellLimited(_ connection: Connection, _ terms: IntakeTerms) {
        terms.services.events.tell(
            .clientLimited(
                ClientTrouble(
                    client: connection.peer.text, listener: terms.listener.name,
                    reason: "too many connections")))
    }
}
