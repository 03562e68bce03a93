import MailSyntax
import RelaySettings
import Testing

@testable import RelayDelivery

@Suite(.timeLimit(.minutes(1))) struct FailoverTests {
    typealias Answer = ScriptedSmartHost.Answer

    private func script(
        _ answer: @escaping @Sendable (String, Int) -> Answer?
    ) -> ScriptedSmartHost.Script {
        var script = ScriptedSmartHost.Script()
        script.answer = answer
        return script
    }

    @Test(arguments: ["421 4.3.2 busy", "554 5.3.2 not now"])
    func `a greeting that refuses us fails no message, and the next smart host is used`(
        greeting: String
    ) async throws {
        let refusing = script { line, _ in line == "greeting" ? .reply(greeting) : nil }
        try await withDelivery([refusing, .init()]) { relay in
            try await relay.submit()
            let event = try await relay.events.wait("delivered")
            #expect(event["SMARTHOST"] == "127.0.0.1:\(relay.hosts[1].port)")
            let opened = try await relay.events.wait("breaker-opened")
            #expect(opened["REPLY"] == greeting)
            try await relay.submit()
            _ = try await relay.events.wait("delivered", count: 2)
            #expect(relay.hosts[0].connectionCount == 1)
        }
    }

    @Test(arguments: ["421 4.3.2 busy", "554 5.3.2 not now"])
    func `without another smart host a refused greeting defers, counted as an attempt`(
        greeting: String
    ) async throws {
        let refusing = script { line, _ in line == "greeting" ? .reply(greeting) : nil }
        try await withDelivery([refusing]) { relay in
            try await relay.submit()
            let deferred = try await relay.events.wait("deferred")
            #expect(deferred["ATTEMPT"] == "1")
            #expect(deferred["REASON"]?.contains(greeting) == true)
            relay.hosts[0].change { $0.answer = { _, _ in nil } }
            relay.time.advance(by: .seconds(61))
            #expect(try await relay.events.wait("delivered")["ATTEMPT"] == "2")
            _ = try await relay.events.wait("breaker-closed")
            #expect(relay.events.events("failed").isEmpty)
        }
    }

    @Test(arguments: ["451 4.3.0 later", "421 4.3.2 bye"])
    func `4xx to MAIL goes on to the next smart host in the same attempt`(reply: String) async throws {
        let later = script { line, _ in line.hasPrefix("MAIL") ? .reply(reply) : nil }
        try await withDelivery([later, .init()]) { relay in
            try await relay.submit()
            let event = try await relay.events.wait("delivered")
            #expect(event["SMARTHOST"] == "127.0.0.1:\(relay.hosts[1].port)")
            #expect(event["ATTEMPT"] == "1")
        }
    }

    @Test(arguments: ["MAIL", "RCPT", "DATA", "."])
    func `5xx ends it, whatever other smart hosts there are`(step: String) async throws {
        let refusing = script { line, _ in line.hasPrefix(step) ? .reply("554 5.7.1 no") : nil }
        try await withDelivery([refusing, .init()]) { relay in
            try await relay.submit()
            #expect(try await relay.events.wait("failed")["REPLY"] == "554 5.7.1 no")
            #expect(relay.hosts[1].connectionCount == 0)
        }
    }

    @Test func `a connection cut after the final dot is uncertain, not shown to another, and sent again`()
        async throws
    {
        let cutting = script { line, connection in line == "." && connection == 1 ? .cut : nil }
        try await withDelivery([cutting, .init()]) { relay in
            try await relay.submit()
            let uncertain = try await relay.events.wait("uncertain")
            #expect(uncertain["NEXT_ATTEMPT"] != nil)
            #expect(relay.hosts[1].connectionCount == 0)
            relay.time.advance(by: .seconds(61))
            _ = try await relay.events.wait("delivered")
            #expect(relay.hosts[0].received.count == 2)
        }
    }

    @Test func `a connection cut before the dot defers`() async throws {
        let cutting = script { line, connection in line == "DATA" && connection == 1 ? .cut : nil }
        try await withDelivery([cutting, .init()]) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("deferred")
            #expect(relay.events.events("uncertain").isEmpty)
            #expect(relay.hosts[1].connectionCount == 0)
        }
    }

    @Test func `a silent smart host is left after its timeout for the next`() async throws {
        let silent = script { line, _ in line == "greeting" ? .silence : nil }
        let impatient = Change<StreamSettings> { $0.smartHosts[0].timeouts.command = .milliseconds(50) }
        try await withDelivery([silent, .init()], stream: impatient) { relay in
            try await relay.submit()
            let event = try await relay.events.wait("delivered")
            #expect(event["SMARTHOST"] == "127.0.0.1:\(relay.hosts[1].port)")
        }
    }

    @Test func `a connection that grew too old while idle costs no attempt`() async throws {
        let fickle = script { line, connection in
            connection == 1 && line.contains("second@") ? .cut : nil
        }
        try await withDelivery([fickle]) { relay in
            try await relay.submit(from: "first@office.example")
            _ = try await relay.events.wait("delivered")
            try await relay.submit(from: "second@office.example")
            let second = try await relay.events.wait("delivered", count: 2)
            #expect(second["ATTEMPT"] == "1")
            #expect(relay.events.events("breaker-opened").isEmpty)
        }
    }

    @Test
    func `a smart host that cannot be reached opens the breaker once, and the mail is tried when it is back`()
        async throws
    {
        let dead = script { line, _ in line == "greeting" ? .cut : nil }
        try await withDelivery([dead], stream: Change { $0.connectionLimit = 4 }) { relay in
            for _ in 0..<10 { try await relay.submit() }
            _ = try await relay.events.wait("deferred", count: 10)
            #expect(relay.events.events("breaker-opened").count == 1)
            #expect(relay.hosts[0].connectionCount <= 4)
            relay.hosts[0].change { $0.answer = { _, _ in nil } }
            relay.time.advance(by: .seconds(61))
            _ = try await relay.events.wait("delivered", count: 10)
            #expect(relay.events.events("breaker-closed").count == 1)
        }
    }

    @Test func `an 8BITMIME message fails where it is not offered, unless it is 7-bit in truth`() async throws
    {
        var plain = ScriptedSmartHost.Script()
        plain.keywords = ["PIPELINING"]
        try await withDelivery([plain]) { relay in
            try await relay.submit("Subject: caf\u{e9}\r\n\r\n") { $0.body = .eightBitMIME }
            let failed = try await relay.events.wait("failed")
            #expect(failed["STATUS"] == "5.6.3")
            _ = try await relay.events.wait("created")
            try await relay.submit("Subject: cafe\r\n\r\n") { $0.body = .eightBitMIME }
            _ = try await relay.events.wait("delivered")
            #expect(relay.hosts[0].received.first?.commands.first == "MAIL FROM:<ann@office.example>")
        }
    }

    @Test func `a message larger than the smart host takes fails without being shown`() async throws {
        var small = ScriptedSmartHost.Script()
        small.keywords = ["SIZE 100"]
        try await withDelivery([small]) { relay in
            try await relay.submit()
            #expect(try await relay.events.wait("failed")["STATUS"] == "5.3.4")
            #expect(!relay.hosts[0].lines.contains { $0.hasPrefix("MAIL") })
        }
    }
}
