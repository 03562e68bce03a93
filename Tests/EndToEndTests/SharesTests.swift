import Foundation
import Testing

extension EndToEnd {
    /// One message, several fates.
    @Suite struct Shares {
        private static let script = """
            require ["envelope", "vnd.postern.stream", "vnd.postern.hold"];
            if envelope :domain "to" "news.test" { stream "news"; }
            if envelope :domain "to" "review.test" { hold "somebody must look at it"; }
            """

        private static let message = "From: a@office.test\r\nSubject: three fates\r\n\r\nOne body.\r\n"

        @Test func `three recipients with three verdicts share one ID and one body on disk`() throws {
            try Stage.run { stage in
                let office = try SmartHost(on: stage, "office")
                let news = try SmartHost(on: stage, "news")
                let relay = try self.relay(on: stage, office: office, news: news)
                let id = try relay.submit(
                    to: ["one@office-partner.test", "two@news.test", "three@review.test"], Self.message)

                #expect(try office.await(1)[0].recipients == ["one@office-partner.test"])
                #expect(try news.await(1)[0].recipients == ["two@news.test"])
                try relay.await("held") { $0.id == id }
                for recipient in ["one@office-partner.test", "two@news.test"] {
                    try relay.await("delivered") { $0.id == id && $0["recipient"] == recipient }
                }
                let files = try relay.spoolFiles()
                #expect(files.count == 1)
                let stored = try bytes(of: #require(files.first))
                #expect(stored.starts(with: Self.message.utf8))
                #expect(try relay.queue().map { $0["state"] } == ["held"])
                #expect(try relay.queue().allSatisfy { $0["id"]?.hasPrefix(id) == true })
            }
        }

        @Test func `what was held goes its way after release, and the file goes with it`() throws {
            try Stage.run { stage in
                let office = try SmartHost(on: stage, "office")
                let news = try SmartHost(on: stage, "news")
                let relay = try self.relay(on: stage, office: office, news: news)
                let id = try relay.submit(to: ["three@review.test"], Self.message)
                try relay.await("held") { $0.id == id }
                #expect(try office.messages().isEmpty)
                let released = try relay.command(["queue", "release", id])
                #expect(released.status == 0, "\(released.output)")
                let arrived = try office.await(1)
                #expect(arrived[0].recipients == ["three@review.test"])
                #expect(Arrived(try office.bytes(of: arrived[0]), sent: Array(Self.message.utf8)).isFaithful)
                try relay.await("released") { $0.id == id }
                try until("an empty spool") { try relay.spoolFiles().isEmpty }
            }
        }

        private func relay(on stage: Stage, office: SmartHost, news: SmartHost) throws -> Relay {
            let script = try stage.write("policy.sieve", Self.script.replacing("\n", with: "\r\n"))
            return try Relay(
                on: stage,
                """
                \(Relay.credential(on: stage))
                streams:
                \(Relay.stream("office", to: office))
                \(Relay.stream("news", to: news))
                default_stream: office
                policy: {scripts: [\(script.path)]}
                """)
        }
    }
}
