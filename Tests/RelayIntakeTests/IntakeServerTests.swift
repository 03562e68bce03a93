import RelaySettings
import Testing
import Transport

@testable import RelayIntake

@Suite struct IntakeServerTests {
    @Test(arguments: [(1, 10), (10, 1)])
    func `one connection too many hears so, and the next finds its place`(total: Int, perClient: Int)
        async throws
    {
        try await withIntake {
            $0.listener.maxConnections = total
            $0.listener.maxConnectionsPerClient = perClient
        } _: { intake in
            let first = try await intake.connect()
            try await first.greet()
            let second = try await intake.connect()
            #expect(try await second.reply() == "421 4.7.0 too many connections")
            #expect(try await second.line() == nil)
            #expect(try await intake.events.wait("client-limited")["CLIENT"] == "127.0.0.1")
            #expect(try await first.ask("QUIT") == "221 2.0.0 Bye")
            #expect(try await first.line() == nil)
            await first.connection.close()
            // The server notices the end of the first in its own time, which is short.
            var greeting: String?
            for _ in 1...1000 where greeting != "220 relay.example ESMTP" {
                greeting = try await intake.connect().reply()
            }
            #expect(greeting == "220 relay.example ESMTP")
        }
    }

    @Test func `after stop nobody comes in, and who is in may finish`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.begin()
            await intake.server.stop()
            await #expect(throws: TransportError.self) { try await intake.connect() }
            #expect(try await client.ask("text\r\n.")?.hasPrefix("250 ") == true)
            #expect(try await client.ask("QUIT") == "221 2.0.0 Bye")
            await client.connection.close()
            await intake.running.value
        }
    }

    @Test func `an address that is taken is an error, and nothing stays open`() async throws {
        try await withIntake { intake in
            var settings = ListenerSettings(name: "second")
            settings.tls = .off
            let taken = intake.server.addresses[0].port
            settings.addresses = [
                ListenAddress(host: "127.0.0.2", port: taken), ListenAddress(host: "127.0.0.1", port: taken),
            ]
            await #expect(throws: TransportError.self) {
                try await IntakeServer.open(intake.services(with: [settings]), on: intake.loops)
            }
            settings.addresses.removeLast()
            let server = try await IntakeServer.open(intake.services(with: [settings]), on: intake.loops)
            await server.stop()
        }
    }
}
