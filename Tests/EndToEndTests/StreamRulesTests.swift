import Testing

extension EndToEnd {
    /// What a stream does to an envelope and a header.
    @Suite struct StreamRules {
        private static let message =
            "From: a@office.test\r\nX-Originating-IP: 10.0.0.1\r\nx-internal: 1\r\n and more\r\nSubject: rules\r\n\r\nBody.\r\n"

        @Test func `the stream's return path, header additions and removals are applied`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage,
                    Relay.oneStream(
                        on: stage, to: host,
                        """
                        return_path: "bounce+{token}@mail.office.test"
                        headers: {add: {X-PM-Message-Stream: outbound}, remove: [X-Originating-IP, X-Internal]}
                        """))
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                let arrived = try host.await(1)[0]
                let sender = try #require(arrived.sender)
                #expect(
                    sender.lowercased().hasPrefix("bounce+\(id.lowercased())")
                        && sender.hasSuffix("@mail.office.test"), "\(sender)")
                let text = String(decoding: try host.bytes(of: arrived), as: UTF8.self)
                let kept = Self.message
                    .replacing("X-Originating-IP: 10.0.0.1\r\n", with: "").replacing(
                        "x-internal: 1\r\n and more\r\n", with: "")
                #expect(text.contains("X-PM-Message-Stream: outbound\r\n"))
                #expect(
                    text.replacing("X-PM-Message-Stream: outbound\r\n", with: "").hasSuffix(kept), "\(text)")
            }
        }

        @Test func `a return path that names the recipient makes a transaction for each`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let rule = #"return_path: "b+{recipient_local}={recipient_domain}@office.test""#
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, rule))
                try relay.submit(to: ["b@x.test", "c@y.test"], Self.message)
                let arrived = try host.await(2)
                let pairs = arrived.map { ($0.sender ?? "", $0.recipients ?? []) }.sorted { $0.0 < $1.0 }
                #expect(pairs.map { $0.0 } == ["b+b=x.test@office.test", "b+c=y.test@office.test"])
                #expect(pairs.map { $0.1 } == [["b@x.test"], ["c@y.test"]])
            }
        }

        @Test func `more recipients than a message may have go as further transactions`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, Relay.oneStream(on: stage, to: host, "recipients_per_message: 2"))
                try relay.submit(to: (1...5).map { "r\($0)@x.test" }, Self.message)
                let arrived = try host.await(3)
                #expect(arrived.map { $0.recipients?.count ?? 0 }.sorted() == [1, 2, 2])
            }
        }

        /// Our own mark stays: it is what ends a loop.
        @Test(arguments: [("keep", 2), ("remove", 1)])
        func `what is told of the way here is the stream's choice`(choice: String, count: Int) throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, "received: \(choice)"))
                let hop =
                    "Received: from pc7 ([10.1.2.3]) by mail.office.test; Sat, 21 Nov 2026 09:00:00 +0000\r\n"
                try relay.submit(to: ["b@x.test"], hop + Self.message)
                let text = String(decoding: try host.bytes(of: host.await(1)[0]), as: UTF8.self)
                #expect(
                    text.split(separator: "\r\n").filter { $0.hasPrefix("Received:") }.count == count,
                    "\(text)")
                #expect(text.contains("10.1.2.3") == (choice == "keep"))
                #expect(text.hasPrefix("Received:") && text.prefix(400).contains("by relay.test"))
                #expect(text.hasSuffix(Self.message))
            }
        }

        @Test func `a stream's message size is judged before the 250`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, Relay.oneStream(on: stage, to: host, "max_message_size: 10 KiB"))
                let large =
                    Self.message + String(repeating: String(repeating: "x", count: 78) + "\r\n", count: 200)
                let answer = try relay.client().submit(from: "a@office.test", to: ["b@x.test"], large)
                #expect("\(answer)".hasPrefix("552 5.3.4"))
            }
        }

        @Test func `8-bit mail for a smart host without 8BITMIME fails, 7-bit mail goes`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--hide", "8BITMIME"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let id = try relay.submit(to: ["eight@x.test"], "Subject: Gr\u{FC}\u{DF}e\r\n\r\n")
                let failed = try relay.await("failed") { $0.id == id }
                #expect(failed["status"] == "5.6.3")
                try relay.submit(to: ["seven@x.test"], "Subject: seven\r\n\r\n")
                let arrived = try host.await(2)
                #expect(
                    Set(arrived.compactMap { $0.recipients?.first }) == [
                        "seven@x.test", "sender@office.test",
                    ])
            }
        }
    }
}
