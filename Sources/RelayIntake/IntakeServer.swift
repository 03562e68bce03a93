import RelaySettings
import Synchronization
import TLSEngine
package import Transport

/// All listeners of the settings: takes connections and runs a session for each.
///
/// Other settings are taken up in two steps: `prepare` opens whatever is new beside what is open and can fail;
/// `adopt` cannot. An address that stays keeps its socket, so no client is refused meanwhile.
package final class IntakeServer: Sendable {
    private struct Present {
        /// In the order of the settings.
        var doors: [IntakeDoor] = []
        /// By the listener's name.
        var terms: [String: IntakeTerms] = [:]
    }

    private let loops: EventLoops
    /// The descriptors that systemd passed, by their names; open for as long as the process lives.
    private let passed: [String: [Int32]]
    private let present = Mutex(Present())
    private let (opened, entrance) = AsyncStream.makeStream(of: IntakeDoor.self)

    private init(_ passed: [String: [Int32]], _ loops: EventLoops) {
        self.passed = passed
        self.loops = loops
    }

    /// Opens every address of every listener; one that cannot be opened is an error.
    package static func open(
        _ services: IntakeServices, passed: [String: [Int32]] = [:], on loops: EventLoops
    ) async throws -> IntakeServer {
        let server = IntakeServer(passed, loops)
        await server.adopt(try await server.prepare(services))
        return server
    }

    /// The addresses it listens at, with the ports that the system chose where the settings say 0.
    package var addresses: [PeerAddress] { present.withLock { $0.doors.map(\.local) } }

    /// What new sessions go by; nil: there is no listener.
    package var servicesInForce: IntakeServices? { present.withLock { $0.terms.values.first?.services } }

    /// Serves until `stop`, then until the last session has said goodbye.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await door in opened { group.addTask { await door.run() } }
        }
    }

    /// Takes no more connections.
    package func stop() async {
        entrance.finish()
        for door in present.withLock({ $0.doors }) { await door.close() }
    }

    /// The addresses where a connection gets no answer in time; "421 too many" is one. For a watchdog.
    package func findSilent(within patience: Duration) async -> [String] {
        let dialer = Dialer(loops: loops)
        return await withTaskGroup(of: String?.self) { group in
            for door in present.withLock({ $0.doors }) {
                group.addTask { await door.answers(dialer, within: patience) ? nil : door.local.description }
            }
            return await group.reduce(into: []) { if let silent = $1 { $0.append(silent) } }
        }
    }

    // MARK: Other settings

    /// Makes all that the services' settings ask for and is not there yet. Either `adopt` or `abandon` must follow.
    package func prepare(_ services: IntakeServices) async throws -> IntakeChange {
        let present = present.withLock { $0 }
        var change = IntakeChange(leaving: present.doors)
        for listener in services.settings.listeners {
            let terms = try IntakeTerms(listener, services: services, before: present.terms[listener.name])
            change.terms[listener.name] = terms
        }
        do throws(TransportError) {
            for listener in services.settings.listeners {
                for address in listener.addresses {
                    if change.keep(address, for: listener.name) { continue }
                    for door in try await open(address, beside: change.leaving) {
                        change.add(door, for: listener.name)
                    }
                }
            }
        } catch {
            await abandon(change)
            throw error
        }
        return change
    }

    /// Begins new sessions by what was prepared; those under way end as they began.
    package func adopt(_ change: IntakeChange) async {
        for terms in change.terms.values { terms.applyLimits() }
        for (door, name) in change.staying {
            if let terms = change.terms[name] { door.change(to: terms) }
        }
        present.withLock { $0 = Present(doors: change.staying.map(\.door), terms: change.terms) }
        for door in change.opened { entrance.yield(door) }
        for door in change.leaving { await door.close() }
        for door in change.opened { await door.sharePort(false) }
    }

    /// Leaves everything as it was.
    package func abandon(_ change: IntakeChange) async {
        for door in change.opened { await door.close() }
        for door in change.leaving { await door.sharePort(false) }
    }

    private func open(
        _ address: ListenAddress, beside leaving: [IntakeDoor]
    ) async throws(TransportError) -> [IntakeDoor] {
        if let name = address.socketName { return try await open(passedAs: name, address) }
        let overlapping = leaving.filter { $0.address.overlaps(address) }
        for door in overlapping { await door.sharePort(true) }
        let place = Listener.Address.tcp(host: address.host, port: address.port)
        let listener = try await Listener.bind(place, on: loops, sharesPort: !overlapping.isEmpty)
        return [IntakeDoor(address, listener)]
    }

    private func open(
        passedAs name: String, _ address: ListenAddress
    ) async throws(TransportError) -> [IntakeDoor] {
        guard let descriptors = passed[name] else {
            let names = passed.keys.sorted().joined(separator: ", ")
            throw .listen(
                "systemd passed no socket named \(name)" + (names.isEmpty ? "" : "; passed: \(names)"))
        }
        var doors: [IntakeDoor] = []
        for descriptor in descriptors {
            doors.append(IntakeDoor(address, try await Listener.adopt(descriptor, on: loops)))
        }
        return doors
    }
}

/// What other settings mean for the doors, prepared and not in force yet.
package struct IntakeChange: Sendable {
    /// Doors that no listener of the settings claims.
    private(set) var leaving: [IntakeDoor]
    /// Doors with the name of the listener that they belong to from now on.
    private(set) var staying: [(door: IntakeDoor, name: String)] = []
    /// Those of `staying` that are new.
    private(set) var opened: [IntakeDoor] = []
    fileprivate(set) var terms: [String: IntakeTerms] = [:]

    fileprivate init(leaving: [IntakeDoor]) { self.leaving = leaving }

    /// The listeners that present another certificate than before.
    package var renewedCertificates: [String] {
        terms.values.filter(\.hasOtherCertificate).map(\.listener.name).sorted()
    }

    /// Claims what is open at an address; false: nothing is.
    fileprivate mutating func keep(_ address: ListenAddress, for name: String) -> Bool {
        // A port that the system chose belongs to the listener that it was chosen for.
        let isMeant = { (door: IntakeDoor) in
            door.address == address && (!address.isAnyPort || door.name == name)
        }
        // Of chosen ports each address of the settings means one; under one name systemd may pass several sockets.
        let found = leaving.filter(isMeant).prefix(address.isAnyPort ? 1 : .max)
        leaving.removeAll { door in found.contains { $0 === door } }
        staying += found.map { ($0, name) }
        return !found.isEmpty
    }

    fileprivate mutating func add(_ door: IntakeDoor, for name: String) {
        staying.append((door, name))
        opened.append(door)
    }
}
