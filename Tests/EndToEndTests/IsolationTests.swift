import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// A stream whose smart host is of no use, beside one that works. What is timed stands in Tests/Benchmarks.
    @Suite struct Isolation {
        private static let waitingCount = 300
        private static let passingCount = 50

        @Test(arguments: [
            ["--latency", "300", "--reply", "mail=451 4.3.2 not now"],
            ["--silent", "connect"],
            ["--silent", "dot"],
        ])
        func `mail of one stream arrives while another's smart host is slow or silent`(fault: [String]) throws
        {
            try Stage.run { stage in
                let stuck = try SmartHost(on: stage, "stuck", fault)
                let quick = try SmartHost(on: stage, "quick")
                let relay = try Relay(
                    on: stage, settings(on: stage, stuck: Relay.stream("stuck", to: stuck), quick: quick))
                try expectPassing(relay, stuck: stuck, quick: quick)
            }
        }

        @Test func `mail of one stream arrives while another's name server is silent`() throws {
            try Stage.run { stage in
                let silent = try SilentNameServer()
                let quick = try SmartHost(on: stage, "quick")
                let resolver = try stage.write(
                    "resolv.conf", "nameserver \(SilentNameServer.address)\noptions timeout:30 attempts:5\n")
                let names = try stage.write(
                    "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
                let mount =
                    "mount --bind \(resolver.path) /etc/resolv.conf; mount --bind \(names.path) /etc/nsswitch.conf"
                let stuck = Relay.stream("stuck", to: quick).replacing(
                    "localhost:", with: "smarthost.silent.test:")
                let relay = try Relay(
                    on: stage, wrapper: ["unshare", "--mount", "sh", "-ec", mount + "; exec \"$@\"", "sh"],
                    settings(on: stage, stuck: stuck, quick: quick))
                try expectPassing(relay, stuck: nil, quick: quick)
                #expect(silent.wasAsked)
            }
        }

        private func settings(on stage: Stage, stuck: String, quick: SmartHost) -> String {
            """
            \(Relay.credential(on: stage))
            streams:
            \(stuck)
            \(Relay.stream("quick", to: quick))
            routes: [{recipient: "*@stuck.test", stream: stuck}]
            default_stream: quick
            """
        }

        private func expectPassing(_ relay: Relay, stuck: SmartHost?, quick: SmartHost) throws {
            try Load("stuck", to: "b@stuck.test", count: Self.waitingCount).run(
                port: relay.port, connections: 4)
            let load = Load("quick", to: "b@quick.test", count: Self.passingCount)
            try load.run(port: relay.port, connections: 1)
            let arrived = try quick.await(Self.passingCount)
            #expect(Set(arrived.compactMap(\.messageID)) == Set(load.acknowledged))
            let waiting = try relay.queue().filter { $0["stream"] == "stuck" }
            #expect(waiting.count == Self.waitingCount, "none of the stuck stream's mail went or was lost")
        }
    }
}

/// A name server that takes questions and never answers.
private final class SilentNameServer {
    static let address = "127.0.0.77"
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = loopback(port: 53)
        address.sin_addr.s_addr = inet_addr(Self.address)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            throw StageError("port 53 of \(Self.address): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Whether a question came, which shows that the test tested something.
    var wasAsked: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK)) > 0
    }
}
