import Foundation
import Testing

extension EndToEnd {
    /// Messages far larger than what the daemon may keep in memory.
    @Suite struct LargeMessages {
        private static let megabytes = 40

        @Test func `a large message passes whole, and memory does not grow with it`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage, listener: "max_message_size: 200 MiB", Relay.oneStream(on: stage, to: host))
                let line = String(repeating: "x", count: 77) + "\r\n"
                let message = Array(
                    ("Subject: large\r\n\r\n" + String(repeating: line, count: Self.megabytes << 20 / 79))
                        .utf8)
                let before = try peakMemory(of: relay)
                #expect(
                    try relay.client().submit(from: "a@office.test", to: ["b@x.test"], message).code == 250)
                let arrived = try host.await(1)
                #expect(Arrived(try host.bytes(of: arrived[0]), sent: message).isExact)
                let grown = try peakMemory(of: relay) - before
                print("a message of \(Self.megabytes) MB: memory grew by \(grown / 1024) MB")
                #expect(grown < 10 * 1024)
            }
        }

        /// The most resident memory the daemon ever had, in KiB.
        private func peakMemory(of relay: Relay) throws -> Int {
            let program = try #require(relay.program)
            let status = try String(contentsOfFile: "/proc/\(program.id)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        }
    }
}
