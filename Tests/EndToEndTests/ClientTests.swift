import Testing

extension EndToEnd {
    /// What an SMTP client meets, by the contract's words.
    @Suite struct Client {
        @Test func `EHLO offers what the relay can do`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 1 MiB", Relay.oneStream(on: stage, to: host))
                let answer = try MailClient(port: relay.port).say("EHLO client.test")
                let offers = answer.lines.dropFirst().map { String($0.dropFirst(4)) }
                for offer in ["PIPELINING", "SIZE 1048576", "8BITMIME", "ENHANCEDSTATUSCODES", "STARTTLS"] {
                    #expect(offers.contains(offer), "\(offer)")
                }
                // Of what is not built yet nothing is promised.
                for offer in ["AUTH", "CHUNKING"] {
                    #expect(!offers.contains { $0.hasPrefix(offer) }, "\(offer)")
                }
                #expect(answer.lines.first?.hasPrefix("250-relay.test") == true)
            }
        }

        @Test func `who is in no network may not relay`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let settings = Relay.oneStream(on: stage, to: host)
                let relay = try Relay(on: stage, networks: "127.0.0.2/32", settings)
                let answer = try relay.client().submit(
                    from: "a@office.test", to: ["b@x.test"], "Subject: no\r\n\r\n")
                #expect("\(answer)".hasPrefix("550 5.7.1"))
            }
        }

        @Test(arguments: [
            ("a@office.test", "b@localhost", "550 5.1.1", ""),
            ("a@office.test", "b", "250 2.0.0", "b@relay.test"), ("a", "b@x.test", "250 2.0.0", "b@x.test"),
            ("", "b@x.test", "250 2.0.0", "b@x.test"),
            ("a@office.test", "postmaster", "250 2.0.0", "postmaster@office.test"),
        ])
        func `an address without a domain is completed, and one of this machine alone is refused`(
            sender: String, recipient: String, reply: String, arrivedAt: String
        ) throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let answer = try relay.client().submit(from: sender, to: [recipient], "Subject: x\r\n\r\n")
                #expect("\(answer)".hasPrefix(reply))
                guard answer.code == 250 else { return }
                let arrived = try host.await(1)
                #expect(arrived[0].recipients == [arrivedAt])
            }
        }

        @Test func `a message too large is refused, announced or not`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 100 KiB", Relay.oneStream(on: stage, to: host))
                let client = try relay.client()
                #expect("\(try client.say("MAIL FROM:<a@office.test> SIZE=102401"))".hasPrefix("552 5.3.4"))
                let line = String(repeating: "x", count: 78) + "\r\n"
                let body = "Subject: large\r\n\r\n" + String(repeating: line, count: 1_400)
                #expect(
                    "\(try client.submit(from: "a@office.test", to: ["b@x.test"], body))".hasPrefix(
                        "552 5.3.4"))
                #expect(
                    try client.submit(from: "a@office.test", to: ["b@x.test"], "Subject: small\r\n\r\n").code
                        == 250)
                #expect(try host.await(1).count == 1)
            }
        }

        @Test func `a message that went round in circles is refused`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let hop = "Received: from a.test by b.test; Sat, 21 Nov 2026 09:00:00 +0000\r\n"
                let message = { String(repeating: hop, count: $0) + "Subject: hops\r\n\r\n" }
                let client = try relay.client()
                #expect(
                    "\(try client.submit(from: "a@x.test", to: ["b@x.test"], message(51)))".hasPrefix(
                        "554 5.4.6"))
                #expect(try client.submit(from: "a@x.test", to: ["b@x.test"], message(50)).code == 250)
            }
        }

        @Test func `commands sent together are answered in order`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let client = try relay.client()
                try client.send(
                    "MAIL FROM:<a@office.test>\r\nRCPT TO:<b@x.test>\r\nRCPT TO:<b@localhost>\r\nDATA\r\n")
                #expect(try (1...4).map { _ in try client.answer().code } == [250, 250, 550, 354])
                try client.send("Subject: pipelined\r\n\r\n.\r\nNOOP\r\nQUIT\r\n")
                #expect(try (1...3).map { _ in try client.answer().code } == [250, 250, 221])
                #expect(try client.answerOrEnd() == nil)
            }
        }

        @Test func `what stands behind STARTTLS in the clear is never obeyed`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let client = try relay.client()
                try client.send("STARTTLS\r\nNOOP\r\nNOOP\r\n")
                var codes: [Int] = []
                while let answer = try client.answerOrEnd(), codes.count < 3 { codes.append(answer.code) }
                #expect(!codes.contains(250), "\(codes)")
            }
        }
    }
}
