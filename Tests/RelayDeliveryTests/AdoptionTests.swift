import MailSyntax
import RelaySettings
import Testing

@testable import RelayDelivery

/// A dispatcher under other settings.
@Suite(.timeLimit(.minutes(1))) struct AdoptionTests {
    @Test func `what waits goes at once by the smart host that comes new`() async throws {
        var refusing = ScriptedSmartHost.Script()
        refusing.answer = { line, _ in line == "greeting" ? .reply("421 4.3.2 no") : nil }
        try await withDelivery([refusing, .init()], stream: Change { $0.smartHosts.removeLast() }) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("deferred")
            relay.adopt { $0.smartHosts[0].port = relay.hosts[1].port }
            #expect(
                try await relay.events.wait("delivered")["SMARTHOST"] == "127.0.0.1:\(relay.hosts[1].port)")
        }
    }

    @Test func `equal settings keep the connection`() async throws {
        try await withDelivery { relay in
            try await relay.submit()
            _ = try await relay.events.wait("delivered")
            relay.adopt { _ in }
            try await relay.submit()
            _ = try await relay.events.wait("delivered", count: 2)
            #expect(relay.hosts[0].received.map(\.connection) == [1, 1])
        }
    }

    @Test func `other settings end the connection in order, and hold for the next message`() async throws {
        try await withDelivery { relay in
            try await relay.submit()
            _ = try await relay.events.wait("delivered")
            relay.adopt { $0.headerAdditions = [.init(name: "X-New", value: "yes")] }
            try await relay.submit()
            _ = try await relay.events.wait("delivered", count: 2)
            #expect(relay.hosts[0].received.map(\.connection) == [1, 2])
            #expect(relay.hosts[0].received.map { $0.data.contains("X-New: yes") } == [false, true])
            #expect(relay.hosts[0].lines.count { $0 == "QUIT" } == 1)
        }
    }

    @Test func `a trouble goes over to the smart host of the same name, and its end is told`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line == "greeting" ? .reply("421 4.3.2 no") : nil }
        try await withDelivery([script]) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("breaker-opened")
            _ = try await relay.events.wait("deferred")
            relay.hosts[0].change { $0.answer = { _, _ in nil } }
            relay.adopt { $0.messagesPerConnection = 3 }
            _ = try await relay.events.wait("breaker-closed")
            _ = try await relay.events.wait("delivered")
        }
    }

    @Test func `a mended smart host is tried at once although nothing changed`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line == "greeting" ? .reply("421 4.3.2 no") : nil }
        try await withDelivery([script]) { relay in
            for _ in 0..<3 { try await relay.submit() }
            _ = try await relay.events.wait("deferred", count: 3)
            relay.hosts[0].change { $0.answer = { _, _ in nil } }
            relay.adopt { _ in }
            _ = try await relay.events.wait("breaker-closed")
            _ = try await relay.events.wait("delivered", count: 3)
        }
    }

    @Test func `more connections open lanes, fewer leave no more than allowed under way`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line == "." ? .silence : nil }
        try await withDelivery([script]) { relay in
            for _ in 0..<4 { try await relay.submit() }
            while relay.hosts[0].connectionCount < 1 { await Task.yield() }
            relay.adopt { $0.connectionLimit = 3 }
            while relay.hosts[0].connectionCount < 3 { await Task.yield() }
            #expect(relay.hosts[0].connectionCount == 3)
        }
    }

    @Test func `the keeper of time turns whenever it is asked`() async throws {
        try await withDelivery { relay in
            for _ in 0..<3 {
                while !relay.dispatcher.hasTurned() { await Task.yield() }
            }
        }
    }
}

extension DeliveryHarness {
    /// Has the dispatcher go on under changed settings.
    fileprivate func adopt(_ change: (inout StreamSettings) -> Void) {
        var stream = dispatcher.plan.stream
        change(&stream)
        dispatcher.adopt(stream, services: services)
    }
}
