import Testing

extension EndToEnd {
    /// Clients that get it wrong: a clear answer each, and the relay lives.
    @Suite struct BadInput {
        @Test func `malformed commands get an error each and lose nothing`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let commands = [
                    "XYZZY", "", " ", "MAIL", "MAIL FROM", "MAIL FROM:", "MAIL FROM:<", "MAIL FROM:<a@b",
                    "MAIL FROM:<a@@b.test>", "MAIL FROM:<a@office.test> SIZE=abc",
                    "MAIL FROM:<a@office.test> FOO=1",
                    "MAIL FROM:<a@office.test> BODY=9BIT", "MAIL FROM:<a@\u{7}office.test>",
                    "RCPT TO:<b@x.test>",
                    "DATA", "EHLO", "HELO", "VRFY", "STARTTLS now", "RSET now", "\u{0}\u{1}\u{2}",
                    "GET / HTTP/1.1",
                    "\u{16}\u{3}\u{1}\u{2}",
                ]
                for command in commands {
                    let client = try relay.client()
                    let answer = try client.say(command)
                    #expect((500...599).contains(answer.code) || answer.code == 252, "\(command): \(answer)")
                    #expect(try client.say("NOOP").code == 250)
                }
                try relay.submit(to: ["b@x.test"], "Subject: proof\r\n\r\n")
                #expect(try host.await(1).count == 1)
            }
        }

        @Test func `an overlong command line is swallowed whole and the third one closes`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let client = try relay.client()
                let long = "MAIL FROM:<" + String(repeating: "a", count: 100_000) + "@office.test>"
                for _ in 1...2 {
                    #expect("\(try client.say(long))".hasPrefix("500 5.5.6"))
                    #expect(try client.say("NOOP").code == 250)
                }
                try client.send(long + "\r\n")
                let last = try client.answer()
                #expect((400...599).contains(last.code), "\(last)")
                #expect(try client.answerOrEnd() == nil)
                try relay.submit(to: ["b@x.test"], "Subject: proof\r\n\r\n")
                #expect(try host.await(1).count == 1)
            }
        }

        @Test func `binary in header and body leaves as it came`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let everyByte = (0...255).map { UInt8($0) }.filter { $0 != 0x0D && $0 != 0x0A }
                let line = Array("Subject: ".utf8) + everyByte + Array("\r\n".utf8)
                let message = line + Array("X-\u{0}\u{1}: y\r\n\r\n".utf8) + everyByte + Array("\r\n".utf8)
                let answer = try relay.client().submit(from: "a@office.test", to: ["b@x.test"], message)
                #expect(answer.code == 250, "\(answer)")
                let arrived = try host.await(1)
                #expect(Arrived(try host.bytes(of: arrived[0]), sent: message).isFaithful)
            }
        }

        @Test func `of ten thousand recipients as many are taken as the limit says`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let client = try relay.client()
                try client.say("MAIL FROM:<a@office.test>")
                var taken = 0
                for number in 1...10_000 {
                    let answer = try client.say("RCPT TO:<r\(number)@x.test>")
                    if answer.code == 250 { taken += 1 } else { #expect("\(answer)".hasPrefix("452 4.5.3")) }
                }
                #expect(taken == 1_000)
                try client.say("DATA")
                try client.send("Subject: many\r\n\r\n.\r\n")
                #expect(try client.answer().code == 250)
                try until("all recipients at the smart host") {
                    try Set(host.messages().flatMap { $0.recipients ?? [] }).count == 1_000
                }
            }
        }

        @Test func `a client that leaves in the middle of data leaves nothing behind`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                for _ in 1...20 {
                    let client = try relay.client()
                    try client.say("MAIL FROM:<a@office.test>")
                    try client.say("RCPT TO:<b@x.test>")
                    try client.say("DATA")
                    try client.send(
                        "Subject: half\r\n\r\n" + String(repeating: "half a message\r\n", count: 20_000))
                }
                try relay.submit(to: ["proof@x.test"], "Subject: proof\r\n\r\n")
                #expect(try host.await(1).map { $0.recipients } == [["proof@x.test"]])
                try until("no draft is left") { try relay.spoolFiles().isEmpty }
            }
        }
    }
}
