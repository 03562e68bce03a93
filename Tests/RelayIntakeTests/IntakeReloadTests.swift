import RelaySettings
import Testing
import Transport

@testable import RelayIntake

/// Intake under other settings.
@Suite struct IntakeReloadTests {
    @Test func `an address that stays keeps its socket; who is in goes on as before`() async throws {
        try await withIntake { intake in
            let before = intake.server.addresses
            let early = try await intake.connect()
            try await early.greet()
            try await intake.adopt { $0.hostname = "new.example" }
            #expect(intake.server.addresses == before)
            let late = try await intake.connect()
            #expect(try await late.reply() == "220 new.example ESMTP")
            #expect(try await early.submit()?.hasPrefix("250 2.0.0") == true)
        }
    }

    @Test func `an address that goes takes nobody new, and lets those who are in end`() async throws {
        try await withIntake { intake in
            let (early, old) = (try await intake.connect(), intake.server.addresses[0])
            try await early.greet()
            try await intake.adopt {
                $0.listeners[0].addresses = [ListenAddress(host: "127.0.0.2", port: 0)]
            }
            #expect(intake.server.addresses.map(\.text) == ["127.0.0.2"])
            await #expect(throws: TransportError.self) {
                try await Dialer(loops: intake.loops).connect(to: old, within: .seconds(60))
            }
            #expect(try await early.submit()?.hasPrefix("250 2.0.0") == true)
            try await intake.connect().greet()
        }
    }

    @Test func `an address may grow into one that holds it, and shrink again`() async throws {
        try await withIntake { intake in
            let port = try await intake.freePort()
            for host in ["127.0.0.1", "0.0.0.0", "127.0.0.1", "0.0.0.0"] {
                try await intake.adopt { $0.listeners[0].addresses = [ListenAddress(host: host, port: port)] }
                #expect(intake.server.addresses.map(\.description) == ["\(host):\(port)"])
                let address = PeerAddress(host: .ipv4(0x7F00_0001), port: port)
                let client = Client(
                    try await Dialer(loops: intake.loops).connect(to: address, within: .seconds(60)))
                try await client.greet()
            }
        }
    }

    @Test func `what cannot be opened changes nothing`() async throws {
        try await withIntake { intake in
            let before = intake.server.addresses
            let taken = try await Listener.bind(.tcp(host: "127.0.0.3", port: 0), on: intake.loops)
            await #expect(throws: TransportError.self) {
                try await intake.adopt {
                    $0.hostname = "new.example"
                    $0.listeners[0].addresses = [
                        ListenAddress(host: "127.0.0.2", port: taken.local.port),
                        ListenAddress(host: "127.0.0.3", port: taken.local.port),
                    ]
                }
            }
            await taken.close()
            #expect(intake.server.addresses == before)
            try await intake.connect().greet()
            let free = PeerAddress(host: .ipv4(0x7F00_0002), port: taken.local.port)
            await #expect(throws: TransportError.self) {
                try await Dialer(loops: intake.loops).connect(to: free, within: .seconds(60))
            }
        }
    }

    @Test
    func `an address may go over to another listener; connections are counted on by the listener's name`()
        async throws
    {
        try await withIntake {
            $0.listener.maxConnections = 1
        } _: { intake in
            let address = ListenAddress(host: "127.0.0.1", port: try await intake.freePort())
            try await intake.adopt { $0.listeners[0].addresses = [address] }
            let first = try await intake.connect()
            #expect(try await first.reply()?.hasPrefix("220") == true)
            try await intake.adopt {
                $0.listeners[0].addresses = [address]
                $0.listeners[0].timeout = .seconds(7)
            }
            #expect(try await intake.connect().reply() == "421 4.7.0 too many connections")
            try await intake.adopt {
                $0.listeners[0].addresses = [address]
                $0.listeners[0].maxConnections = 2
            }
            let second = try await intake.connect()
            #expect(try await second.reply()?.hasPrefix("220") == true)
            try await intake.adopt {
                $0.listeners[0].addresses = [address]
                $0.listeners[0].name = "other"
            }
            #expect(intake.server.addresses.map(\.port) == [address.port])
            #expect(try await intake.connect().reply()?.hasPrefix("220") == true)
        }
    }

    @Test func `a self-signed certificate stays as long as the name does`() async throws {
        try await withIntake {
            $0.listener.tls = .offered
        } _: { intake in
            let unchanged = try await intake.adopt { $0.listeners[0].maxRecipients = 3 }
            #expect(unchanged == [])
            let changed = try await intake.adopt { $0.hostname = "new.example" }
            #expect(changed == ["lan"])
        }
    }

    @Test func `a socket that systemd did not pass is an error that names it`() async throws {
        try await withIntake { intake in
            await #expect(throws: TransportError.listen("systemd passed no socket named smtp")) {
                try await intake.adopt { $0.listeners[0].addresses = [ListenAddress(socketName: "smtp")] }
            }
        }
    }

    @Test func `listeners that answer are not silent, one that is full included`() async throws {
        try await withIntake {
            $0.listener.maxConnectionsPerClient = 1
        } _: { intake in
            #expect(await intake.server.findSilent(within: .seconds(60)) == [])
            let client = try await intake.connect()
            #expect(try await client.reply()?.hasPrefix("220") == true)
            #expect(await intake.server.findSilent(within: .seconds(60)) == [])
        }
    }
}

extension IntakeHarness {
    /// A port that nobody listens at.
    fileprivate func freePort() async throws -> Int {
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0), on: loops)
        await listener.close()
        return listener.local.port
    }

    /// Takes up changed settings; the listeners with another certificate.
    @discardableResult
    fileprivate func adopt(_ body: (inout Settings) -> Void) async throws -> [String] {
        let change = try await server.prepare(services(by: body))
        await server.adopt(change)
        return change.renewedCertificates
    }
}
