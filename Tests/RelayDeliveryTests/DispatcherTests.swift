import MailSpool
import MailSyntax
import RelaySettings
import Testing

@testable import RelayDelivery

@Suite(.timeLimit(.minutes(1))) struct DispatcherTests {
    @Test func `a message arrives with our Received on top and nothing else changed`() async throws {
        try await withDelivery { relay in
            let id = try await relay.submit("Subject: x\r\n\r\n.dot\r\nend\r\n")
            let event = try await relay.events.wait("delivered")
            let received = try #require(relay.hosts[0].received.first)
            #expect(received.commands.first?.hasPrefix("MAIL FROM:<ann@office.example> SIZE=") == true)
            #expect(received.commands.last == "RCPT TO:<bob@to.example>")
            #expect(received.data.hasPrefix("Received: from pc7 ([10.1.2.3])\r\n\tby relay.office.example"))
            #expect(received.data.hasSuffix("\r\nSubject: x\r\n\r\n.dot\r\nend\r\n"))
            #expect(event["ID"] == id.description)
            #expect(event["REMOTE_ID"] == "R1")
            #expect(event["ATTEMPT"] == "1")
            #expect(event["STATUS"] == "2.0.0")
            #expect(event["SMARTHOST"] == "127.0.0.1:\(relay.hosts[0].port)")
        }
    }

    @Test func `a share has its own wish for delivery reports, or that of the client`()
        async throws
    {
        var script = ScriptedSmartHost.Script()
        script.keywords.append("DSN")
        try await withDelivery([script]) { relay in
            let (ann, bob) = (try #require(Address("ann@x.example")), try #require(Address("bob@x.example")))
            let (own, redirected) = (Recipient(ann), Recipient(bob, notify: .never))
            var shares = [own, redirected].map { NewShare(recipients: [$0], stream: "news") }
            shares[1].returnContent = .headers
            let envelope = Envelope(sender: ann, recipients: [own], returnContent: .full)
            let origin = Origin(
                client: "10.1.2.3", heloName: "pc7", listener: "lan", protocolName: "ESMTP",
                receivedAt: relay.time.wallTime)
            var draft = relay.spool.makeDraft()
            try await draft.append(Array("Subject: x\r\n\r\n".utf8)[...])
            try await relay.spool.commit(draft, NewEntry(envelope: envelope, origin: origin, shares: shares))
            _ = try await relay.events.wait("delivered", count: 2)
            let dialogues = relay.hosts[0].received.map { $0.commands.joined(separator: " ") }.sorted {
                $0.contains("RCPT TO:<ann") && !$1.contains("RCPT TO:<ann")
            }
            #expect(dialogues[0].contains(" RET=FULL") && !dialogues[0].contains("NOTIFY"))
            #expect(
                dialogues[1].contains(" RET=HDRS")
                    && dialogues[1].hasSuffix("RCPT TO:<bob@x.example> NOTIFY=NEVER"))
        }
    }

    @Test func `many messages leave over the connections that are allowed`() async throws {
        try await withDelivery(stream: Change { $0.connectionLimit = 3 }) { relay in
            for _ in 0..<60 { try await relay.submit() }
            _ = try await relay.events.wait("delivered", count: 60)
            #expect(relay.hosts[0].received.count == 60)
            #expect(relay.hosts[0].connectionCount <= 3)
        }
    }

    @Test func `a connection carries as many messages as allowed, then there is another`() async throws {
        try await withDelivery(stream: Change { $0.messagesPerConnection = 2 }) { relay in
            for _ in 0..<5 { try await relay.submit() }
            _ = try await relay.events.wait("delivered", count: 5)
            #expect(relay.hosts[0].received.map(\.connection) == [1, 1, 2, 2, 3])
        }
    }

    @Test func `an idle connection is closed after a while`() async throws {
        try await withDelivery { relay in
            try await relay.submit()
            _ = try await relay.events.wait("delivered")
            while !relay.hosts[0].lines.contains("QUIT") {
                relay.time.advance(by: .seconds(6))
                await Task.yield()
            }
        }
    }

    @Test func `a large message goes out whole`() async throws {
        let line = String(repeating: "x", count: 998) + "\r\n"
        let body = "Subject: large\r\n\r\n" + String(repeating: line, count: 700)
        try await withDelivery { relay in
            try await relay.submit(body)
            _ = try await relay.events.wait("delivered")
            #expect(relay.hosts[0].received.first?.data.hasSuffix(body) == true)
        }
    }

    @Test func `a smart host without PIPELINING is asked step by step`() async throws {
        var script = ScriptedSmartHost.Script()
        script.keywords = []
        script.answer = { line, _ in line.contains("bad@") ? .reply("550 5.1.1 no") : nil }
        try await withDelivery([script]) { relay in
            try await relay.submit(to: ["bad@to.example", "bob@to.example"])
            _ = try await relay.events.wait("delivered")
            let failed = try await relay.events.wait("failed")
            #expect(failed["RECIPIENT"] == "bad@to.example")
            #expect(relay.hosts[0].received.count == 1)
        }
    }

    @Test func `a refused recipient fails alone, and its sender is told`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line.hasPrefix("RCPT TO:<bad@") ? .reply("550 5.1.1 no such user") : nil
        }
        try await withDelivery([script]) { relay in
            let id = try await relay.submit(to: ["bob@to.example", "bad@to.example", "eve@to.example"])
            _ = try await relay.events.wait("delivered", count: 2)
            let failed = try await relay.events.wait("failed")
            #expect(failed["RECIPIENT"] == "bad@to.example")
            #expect(failed["REPLY"] == "550 5.1.1 no such user")
            let created = try await relay.events.wait("created")
            #expect(created["PARENT"] == id.description)
            #expect(created["RECIPIENT"] == "ann@office.example")
            #expect(created["STREAM"] == "reports")
        }
    }

    @Test func `recipients that do not fit go at once in a further transaction`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line.hasPrefix("RCPT TO:<c@") ? .reply("452 4.5.3 too many") : nil }
        try await withDelivery([script]) { relay in
            try await relay.submit(to: ["a@to.example", "b@to.example", "c@to.example"])
            _ = try await relay.events.wait("delivered", count: 2)
            // Alone it does not fit either, so it waits.
            let deferred = try await relay.events.wait("deferred")
            #expect(deferred["RECIPIENT"] == "c@to.example")
            #expect(relay.hosts[0].lines.count { $0.hasPrefix("MAIL") } == 2)
        }
    }

    @Test func `a temporary refusal is tried again after the delay`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line == "." ? .reply("451 4.3.0 later") : nil }
        try await withDelivery([script]) { relay in
            try await relay.submit()
            let deferred = try await relay.events.wait("deferred")
            #expect(deferred["REPLY"] == "451 4.3.0 later")
            #expect(deferred["NEXT_ATTEMPT"] != nil)
            relay.hosts[0].change { $0.answer = { _, _ in nil } }
            relay.time.advance(by: .seconds(61))
            let delivered = try await relay.events.wait("delivered")
            #expect(delivered["ATTEMPT"] == "2")
            #expect(delivered["DELAY_MS"] == "61000")
        }
    }

    @Test func `mail whose time is up fails, and the sender is told`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line.hasPrefix("RCPT") ? .reply("450 4.2.1 later") : nil }
        try await withDelivery([script], stream: Change { $0.expire = .seconds(100) }) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("deferred")
            relay.time.advance(by: .seconds(101))
            let expired = try await relay.events.wait("expired")
            #expect(expired["STATUS"] == "4.4.7")
            #expect(expired["REPLY"] == "450 4.2.1 later")
            _ = try await relay.events.wait("created")
        }
    }

    @Test func `time held does not count: mail that is released has all of its time`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line.hasPrefix("RCPT") ? .reply("450 4.2.1 later") : nil }
        try await withDelivery([script], stream: Change { $0.expire = .seconds(100) }) { relay in
            let id = try await relay.submit(hold: Hold(reason: "look at it", heldAt: relay.time.wallTime))
            relay.time.advance(by: .seconds(10 * 86_400))
            try await relay.spool.release(ShareID(entry: id, number: 1))
            _ = try await relay.events.wait("deferred")
            relay.time.advance(by: .seconds(101))
            _ = try await relay.events.wait("expired")
        }
    }

    @Test func `the sender hears of a delay once`() async throws {
        var script = ScriptedSmartHost.Script()
        script.answer = { line, _ in line.hasPrefix("RCPT") ? .reply("450 4.2.1 later") : nil }
        try await withDelivery([script], stream: Change { $0.warnAfter = .seconds(50) }) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("deferred")
            #expect(relay.events.events("created").isEmpty)
            relay.time.advance(by: .seconds(61))
            #expect(try await relay.events.wait("created")["REASON"] == "delay report")
            _ = try await relay.events.wait("deferred", count: 2)
            relay.time.advance(by: .seconds(301))
            _ = try await relay.events.wait("deferred", count: 3)
            #expect(relay.events.events("created").count == 1)
        }
    }

    @Test func `a stream that stops lets the message under way arrive and starts no other`() async throws {
        try await withDelivery { relay in
            let dispatcher = relay.dispatcher
            relay.hosts[0].change { script in
                script.answer = { line, _ in
                    if line == "DATA" { dispatcher.stop() }
                    return nil
                }
            }
            for _ in 0..<3 { try await relay.submit() }
            _ = try await relay.events.wait("delivered")
            while !relay.hosts[0].lines.contains("QUIT") { await Task.yield() }
            #expect(relay.hosts[0].received.count == 1)
        }
    }
}
