import Testing

extension EndToEnd {
    /// Line ends that other servers might take for an end of message (SMTP smuggling).
    @Suite struct Smuggling {
        /// What might be read as the end of a message, each followed by a second one.
        private static let ends = [
            "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\r\n.\r\r\n", "\r\n\r.\r\n",
            "\n\n.\n\n",
        ]

        private static let second =
            "MAIL FROM:<smuggler@evil.test>\r\nRCPT TO:<victim@x.test>\r\nDATA\r\nSubject: second\r\n\r\nx\r\n.\r\n"

        @Test(arguments: ends)
        func `a bare CR or LF in data refuses the message and ends the connection`(end: String) throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let client = try relay.client()
                try client.say("MAIL FROM:<a@office.test>")
                try client.say("RCPT TO:<b@x.test>")
                try client.say("DATA")
                try client.send("Subject: first\r\n\r\nfirst" + end + Self.second + "QUIT\r\n")
                let answer = try client.answer()
                #expect("\(answer)".hasPrefix("550 5.6.0"))
                #expect(try client.answerOrEnd() == nil)
                try expectOnlyProof(relay, host)
            }
        }

        @Test func `a bare CR or LF anywhere in a command is refused`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                for command in ["MAIL FROM:<a@office.test>", "RCPT TO:<b@x.test>", "DATA", "RSET", "NOOP"] {
                    for bare in ["\n", "\r"] {
                        for place in [0, 3, command.count] {
                            let cut = command.index(command.startIndex, offsetBy: place)
                            let line = command[..<cut] + bare + command[cut...]
                            let replies = try allReplies(relay.client(), to: line + "\r\nDATA\r\nQUIT\r\n")
                            #expect(replies.first?.hasPrefix("500 5.5.2") == true, "\(line): \(replies)")
                            #expect(!replies.contains { $0.hasPrefix("354") }, "\(line): \(replies)")
                        }
                    }
                }
                try expectOnlyProof(relay, host)
            }
        }

        private func allReplies(_ client: MailClient, to text: String) throws -> [String] {
            try client.send(text)
            var replies: [String] = []
            while let answer = try client.answerOrEnd() { replies.append(answer.description) }
            return replies
        }

        /// The relay lives, and what it sends is the one message that is sent now.
        private func expectOnlyProof(_ relay: Relay, _ host: SmartHost) throws {
            try relay.submit(to: ["proof@x.test"], "Subject: proof\r\n\r\n")
            let arrived = try host.await(1)
            #expect(arrived.map { $0.recipients } == [["proof@x.test"]])
            // The log is written beside the mail.
            for event in ["accepted", "delivered"] { try relay.await(event) }
            #expect(try relay.events().filter { $0.event == "accepted" }.count == 1)
        }
    }
}
