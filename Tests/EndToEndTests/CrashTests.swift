import Foundation
import Testing

extension EndToEnd {
    /// The daemon killed at random moments under load.
    @Suite struct Crashes {
        /// Transactions under way at once, at most.
        private static let connections = 4

        @Test func `every message answered 250 reaches the smart host, however often the relay is killed`()
            throws
        {
            try play([], upTo: 600)
        }

        @Test func `a kill doubles no more than what the slow smart host had not answered`() throws {
            try play(["--latency", "40"], upTo: 40)
        }

        private func play(_ options: [String], upTo count: Int) throws {
            try Stage.run { stage in
                let rounds = Places.number("POSTERN_CRASH_ROUNDS", default: 3)
                let host = try SmartHost(on: stage, "host", options)
                let settings = "retry: [1s]\nconnections: \(Self.connections)"
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, settings))
                var acknowledged: Set<String> = []
                var starts = [Date.distantPast]
                for round in 1...rounds {
                    let answers = Int.random(in: 1...count)
                    acknowledged.formUnion(try killUnderLoad(relay, round: round, after: answers))
                    starts.append(Date())
                    try relay.start()
                }
                // What waits now need not wait for it.
                if !options.isEmpty { try host.start() }
                starts.append(Date())
                try until("all \(acknowledged.count) acknowledged messages", within: .seconds(300)) {
                    try acknowledged.isSubset(of: host.messages().compactMap(\.messageID))
                }
                try until("an empty spool", within: .seconds(120)) { try relay.spoolFiles().isEmpty }
                try check(relay, host, acknowledged, starts)
                #expect(acknowledged.count >= rounds)
            }
        }

        /// Kills the relay after so many acknowledgements and a random moment more.
        private func killUnderLoad(_ relay: Relay, round: Int, after count: Int) throws -> [String] {
            let load = Load("round\(round)", to: "b@x.test")
            let killer = Thread { [port = relay.port] in try? load.run(port: port, connections: 8) }
            killer.start()
            try until("\(count) messages of round \(round)") { load.acknowledgedCount >= count }
            usleep(.random(in: 0...20_000))  // the random moment itself
            relay.kill()
            try until("the clients of round \(round) see it") { killer.isFinished }
            return load.acknowledged
        }

        /// At most one duplicate for each transaction that was unanswered at a kill.
        private func check(
            _ relay: Relay, _ host: SmartHost, _ acknowledged: Set<String>, _ starts: [Date]
        ) throws {
            var arrivals: [String: [Date]] = [:]
            for message in try host.messages() {
                guard let id = message.messageID, let at = message.at else { continue }
                arrivals[id, default: []].append(Date(timeIntervalSince1970: at))
            }
            let duplicateCount = arrivals.values.reduce(0) { $0 + $1.count - 1 }
            print(
                "kill -9: \(starts.count - 2) rounds, \(acknowledged.count) acknowledged, \(duplicateCount) duplicates,",
                "\(arrivals.count - acknowledged.count) arrived without having been acknowledged")
            #expect(duplicateCount <= (starts.count - 2) * Self.connections)
            for (id, times) in arrivals {
                let lives = times.map { time in starts.lastIndex { $0 <= time } }
                #expect(Set(lives).count == lives.count, "\(id) arrived twice between two kills")
            }
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            for told in try relay.events() where told.event == "delivered" {
                let at = try Date(told["time"], strategy: style)
                let later = arrivals[told["message_id"]]?.filter { $0 > at.addingTimeInterval(0.002) }
                #expect(later?.isEmpty == true, "\(told["message_id"]) was told delivered, and sent again")
            }
            #expect(try relay.events().filter { $0.event == "entry-damaged" }.isEmpty)
        }
    }
}
