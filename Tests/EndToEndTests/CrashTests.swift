import Foundation
import Testing

extension EndToEnd {
    /// The daemon killed at random moments under load.
    @Suite struct Crashes {
        @Test func `every message answered 250 reaches the smart host, however often the relay is killed`()
            throws
        {
            try Stage.run { stage in
                let rounds = Places.number("POSTERN_CRASH_ROUNDS", default: 3)
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, "retry: [1s]"))
                var acknowledged: Set<String> = []
                for round in 1...rounds {
                    acknowledged.formUnion(try killUnderLoad(relay, round: round))
                    try relay.start()
                }
                try until("all \(acknowledged.count) acknowledged messages", within: .seconds(120)) {
                    try acknowledged.isSubset(of: host.messages().compactMap(\.messageID))
                }
                let arrived = try host.messages().compactMap(\.messageID)
                print(
                    "kill -9: \(rounds) rounds, \(acknowledged.count) acknowledged, \(arrived.count) arrived,",
                    "\(arrived.count - Set(arrived).count) duplicates,",
                    "\(Set(arrived).subtracting(acknowledged).count) arrived without having been acknowledged"
                )
                #expect(acknowledged.count >= rounds)
                try until("an empty spool") { try relay.spoolFiles().isEmpty }
                #expect(try relay.events().filter { $0.event == "entry-damaged" }.isEmpty)
            }
        }

        /// Kills the relay after a random count of acknowledgements and a random moment more.
        private func killUnderLoad(_ relay: Relay, round: Int) throws -> [String] {
            let load = Load("round\(round)", to: "b@x.test")
            let killer = Thread { [port = relay.port] in try? load.run(port: port, connections: 8) }
            killer.start()
            let count = Int.random(in: 1...600)
            try until("\(count) messages of round \(round)") { load.acknowledgedCount >= count }
            usleep(.random(in: 0...20_000))  // the random moment itself
            relay.kill()
            try until("the clients of round \(round) see it") { killer.isFinished }
            return load.acknowledged
        }
    }
}
