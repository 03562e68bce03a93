import Foundation
import Testing

extension EndToEnd {
    /// Real mail through real servers.
    @Suite struct RoundTrip {
        /// Fewer would be no sample of what offices send.
        private static let letterCountMinimum = 200

        @Test func `real mail passes from Postfix through the relay to Postfix and Exim, byte for byte`()
            throws
        {
            try Stage.run { stage in
                let letters = try Corpus.letters().filter(\.isWellFormed)
                print("well-formed letters: \(letters.count): \(Corpus.census(letters))")
                #expect(letters.count >= Self.letterCountMinimum)

                let account = [SmartHost.user, SmartHost.password]
                let postfix = try RealServer(on: stage, "smarthost-postfix", from: "postfix", account)
                let exim = try RealServer(on: stage, "smarthost-exim", from: "exim", account)
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 100 MiB",
                    """
                    \(Relay.credential(on: stage))
                    streams:
                      a: {smarthosts: ["localhost:\(postfix.port)"], ca_file: \(postfix.certificate.file), credential: host}
                      b: {smarthosts: ["localhost:\(exim.port)"], tls: implicit, ca_file: \(exim.certificate.file), credential: host}
                    routes:
                      - {recipient: "*@a.test", stream: a}
                      - {recipient: "*@b.test", stream: b}
                    default_stream: a
                    """)
                let office = try RealServer(on: stage, "office-postfix", from: "postfix", ["\(relay.port)"])

                try submitAll(letters, to: office.port)
                try until("all mail at Postfix and Exim", within: .seconds(180)) {
                    try postfix.mail().count >= letters.count && exim.mail().count >= letters.count
                }
                try expectAll(letters, in: postfix.mail(), addressedBy: "Delivered-To")
                try expectAll(letters, in: exim.mail(), addressedBy: "Envelope-to")
                let delivered = try relay.events().filter { $0.event == "delivered" }
                #expect(Set(delivered.map { $0["recipient"] }).count == 2 * letters.count)
                #expect(delivered.allSatisfy { $0["tls"].hasPrefix("TLSv1.") })
            }
        }

        @Test func `every letter, well-formed or not, leaves the relay as it came`() throws {
            try Stage.run { stage in
                let letters = try Corpus.letters().filter { !$0.hasBareCR }
                print("letters: \(letters.count): \(Corpus.census(letters))")
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 100 MiB",
                    Relay.oneStream(on: stage, to: host))
                try submitAll(letters, to: relay.port)
                let arrived = try host.await(letters.count, within: .seconds(180))
                #expect(arrived.count == letters.count)
                var completedCount = 0
                for message in arrived {
                    let letter = try #require(
                        message.recipients?.first.flatMap { self.letter(of: $0, in: letters) })
                    let seen = Arrived(try host.bytes(of: message), sent: letter.bytes)
                    #expect(
                        seen.isExact && seen.trace == ["received"]
                            || letter.mayNeedCompletion && seen.isBodyExact, "\(letter.name)")
                    if !seen.isExact { completedCount += 1 }
                }
                print("letters with an address that was completed: \(completedCount)")
                #expect(completedCount < 20)
            }
        }

        /// Letter number N goes to lN@a.test and lN@b.test, so that it is known again by its envelope alone.
        private func submitAll(_ letters: [Letter], to port: Int) throws {
            let threadCount = 4
            _ = try onThreads(threadCount) { thread in
                let client = try MailClient(port: port)
                try client.say("EHLO client.test")
                for number in stride(from: thread, to: letters.count, by: threadCount) {
                    let recipients = ["l\(number)@a.test", "l\(number)@b.test"]
                    let answer = try client.submit(
                        from: "sender@office.test", to: recipients, letters[number].bytes)
                    guard answer.code == 250 else { throw StageError("\(letters[number].name): \(answer)") }
                }
            }
        }

        private func letter(of address: String, in letters: [Letter]) -> Letter? {
            Int(address.dropFirst().prefix { $0 != "@" }).map { letters[$0] }
        }

        private func expectAll(_ letters: [Letter], in mail: [URL], addressedBy field: String) throws {
            var missing = Set(letters.map(\.name))
            for file in mail {
                let arrived = try bytes(of: file)
                let address = try #require(Arrived.field(field, in: arrived))
                let letter = try #require(self.letter(of: address, in: letters))
                let seen = Arrived(arrived, sent: letter.lines)
                #expect(
                    seen.isFaithful || letter.mayNeedCompletion && seen.isBodyExact,
                    "\(letter.name): \(file.path), behind \(seen.trace)")
                #expect(missing.remove(letter.name) != nil, "\(letter.name) came twice")
            }
            #expect(missing.isEmpty)
        }
    }
}
