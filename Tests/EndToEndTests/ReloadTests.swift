import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Another configuration under way: taken up whole, without a client or a message that notices; or not at all.
    @Suite struct Reloads {
        @Test func `under load everything may change, and nothing is refused, lost or doubled`() throws {
            try Stage.run { stage in
                let (one, two) = (try SmartHost(on: stage, "one"), try SmartHost(on: stage, "two"))
                let relay = try Relay(on: stage, Self.twoStreams(on: stage, one, two))
                let loads = [Load("a", to: "b@one.test"), Load("b", to: "b@two.test")]
                let clients = loads.map { load in
                    Thread { [port = relay.port] in try? load.runByReconnecting(port: port, connections: 4) }
                }
                for client in clients { client.start() }
                let rounds = Places.number("POSTERN_RELOADS", default: 12)
                for round in 1...rounds {
                    try relay.change { Self.changed($0, round: round, on: stage) }
                    let ended = try relay.command(["reload"])
                    #expect(ended.status == 0, "round \(round): \(ended.output)")
                    let reached = loads.map { $0.acknowledgedCount + 20 }
                    try until("mail goes on after round \(round)") {
                        zip(loads, reached).allSatisfy { $0.acknowledgedCount >= $1 }
                    }
                }
                for load in loads { load.end() }
                try until("the clients are through") { clients.allSatisfy(\.isFinished) }
                #expect(loads.flatMap(\.troubles) == [])
                let sent = loads.flatMap(\.acknowledged)
                try until("all \(sent.count) messages") {
                    try Set(sent).isSubset(of: (one.messages() + two.messages()).compactMap(\.messageID))
                }
                let arrived = try (one.messages() + two.messages()).compactMap(\.messageID)
                #expect(arrived.count == Set(arrived).count, "nothing arrives twice")
                #expect(try relay.events().count { $0.event == "reloaded" } == rounds)
                #expect(try relay.queue().isEmpty)
            }
        }

        @Test func `a broken file leaves the running configuration in force, and is told`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let good = try String(contentsOf: relay.configuration, encoding: .utf8)
                let script = try stage.write("policy.sieve", "nonsense;").path
                let taken = try Taken()
                let broken: [(change: (String) -> String, event: String, text: String)] = [
                    ({ $0 + "nonsense: 1\n" }, "reload-failed", "unknown key"),
                    ({ $0.replacing("/spool,", with: "/other,") }, "reload-failed", "takes a restart"),
                    (
                        { $0.replacing("\"]\n", with: "\", \"127.0.0.1:\(taken.port)\"]\n") },
                        "reload-failed",
                        "cannot listen"
                    ),
                    ({ $0 + "policy: {scripts: [\(script)]}\n" }, "policy-reload-failed", "policy.sieve"),
                    (
                        { $0.replacing(host.certificate.file, with: stage.folder.path + "/secret") },
                        "reload-failed", "certificate"
                    ),
                ]
                let configuration = try relay.runningConfiguration()
                for (number, example) in broken.enumerated() {
                    try stage.write("postern.yaml", example.change(good))
                    let ended = try relay.reload()
                    #expect(ended.status == 1, "\(number): \(ended.output)")
                    #expect(ended.output.contains(example.text), "\(number): \(ended.output)")
                    #expect(!ended.output.contains("postern.yaml:1:1:"), "\(number): \(ended.output)")
                    try until("told") {
                        try relay.events().filter { $0.event.contains("reload") }.count == number + 1
                    }
                    #expect(try relay.events().last { $0.event.contains("reload") }?.event == example.event)
                    #expect(try relay.runningConfiguration() == configuration)
                    try relay.submit(to: ["b@x.test"], "Subject: still here\r\n\r\n")
                    try host.await(number + 1)
                }
            }
        }

        @Test func `mail of a removed stream is held, and released when the stream is back`() throws {
            try Stage.run { stage in
                let (one, two) = (
                    try SmartHost(on: stage, "one", ["--reply", "mail=451 4.3.2 not now"]),
                    try SmartHost(on: stage, "two")
                )
                let relay = try Relay(on: stage, Self.twoStreams(on: stage, one, two))
                let id = try relay.submit(to: ["b@one.test"], "Subject: kept\r\n\r\n")
                try relay.await("deferred") { $0.id == id }
                let before = try String(contentsOf: relay.configuration, encoding: .utf8)
                // A client that began before the change ends under what it began with.
                let early = try relay.client()
                try stage.write("postern.yaml", Self.twoStreams(before, without: "one", one))
                #expect(try relay.reload().status == 0)
                #expect(try relay.await("held") { $0.id == id }["reason"] == "stream-removed")
                let late = try #require(
                    try early.submit(from: "a@office.test", to: ["b@one.test"], "Subject: late\r\n\r\n")
                        .queueID)
                try relay.await("held") { $0.id == late }
                try relay.submit(to: ["b@one.test"], "Subject: by the default\r\n\r\n")
                try two.await(1)
                #expect(try relay.command(["queue", "release", id]).status == 0)
                try until("it is held again") {
                    try relay.events().count { $0.event == "held" && $0.id == id } == 2
                }

                try one.start()
                try stage.write("postern.yaml", before)
                #expect(try relay.reload().status == 0)
                try relay.submit(to: ["b@one.test"], "Subject: new\r\n\r\n")
                try one.await(1)
                #expect(try relay.queue().map { $0["state"] } == ["held", "held"])
                #expect(try relay.command(["queue", "release", id, late]).status == 0)
                try one.await(3)
            }
        }

        @Test func `waiting mail goes at once by the smart host that a reload brings`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let nobody = try freePort()
                let settings = Relay.oneStream(on: stage, to: host, "retry: [1h]")
                let relay = try Relay(
                    on: stage, settings.replacing("localhost:\(host.port)", with: "localhost:\(nobody)"))
                let id = try relay.submit(to: ["b@x.test"], "Subject: waits\r\n\r\n")
                try relay.await("deferred") { $0.id == id }
                try relay.change { $0.replacing("localhost:\(nobody)", with: "localhost:\(host.port)") }
                #expect(try relay.reload().status == 0)
                try host.await(1)
            }
        }

        @Test func `a renewed certificate is shown to new clients; those that are in keep theirs`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let old = try stage.certificate(for: "old.test", in: "tls")
                let relay = try Relay(
                    on: stage, listener: "certificate: \(old.file)\nkey: \(old.key)",
                    Relay.oneStream(on: stage, to: host))
                let early = try relay.client()
                #expect(try Self.subject(port: relay.port).contains("old.test"))
                _ = try stage.certificate(for: "new.test", in: "tls")
                #expect(try relay.reload().status == 0)
                try relay.await("certificate-reloaded") { $0["listener"] == "lan" }
                #expect(try Self.subject(port: relay.port).contains("new.test"))
                #expect(try early.submit(from: "a@office.test", to: ["b@x.test"], "\r\n").code == 250)
                #expect(try relay.reload().status == 0)
                #expect(try relay.events().count { $0.event == "certificate-reloaded" } == 1)
            }
        }

        private static func subject(port: Int) throws -> String {
            let words = "openssl s_client -starttls smtp -connect 127.0.0.1:\(port) </dev/null 2>/dev/null"
            return try Program.run(["sh", "-c", words + " | openssl x509 -noout -subject"]).output
        }

        /// Streams `one` and `two`, by the recipient's domain.
        static func twoStreams(on stage: Stage, _ one: SmartHost, _ two: SmartHost) -> String {
            """
            \(Relay.credential(on: stage))
            streams:
            \(Relay.stream("one", to: one, "retry: [1h]"))
            \(Relay.stream("two", to: two, "connections: 2"))
            routes: [{recipient: "*@one.test", stream: one}]
            default_stream: two
            """
        }

        private static func twoStreams(_ text: String, without name: String, _ host: SmartHost) -> String {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if let start = lines.firstIndex(of: "  \(name):") {
                let end = lines[(start + 1)...].firstIndex { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
                lines.removeSubrange(start..<(end ?? lines.endIndex))
            }
            return lines.filter { !$0.hasPrefix("routes:") }.joined(separator: "\n")
        }

        /// The configuration of a round: each changes something else, and later ones change it back.
        private static func changed(_ text: String, round: Int, on stage: Stage) -> String {
            switch round % 6 {
            case 1: text.replacing("connections: 2", with: "connections: 5")
            case 2: text.replacing("hostname: relay.test", with: "hostname: other.test")
            case 3: text + "policy: {scripts: []}\nlog: {level: notice}\n"
            case 4: text.replacing("[1h]", with: "[2h, 3h]")
            case 5:
                text.replacing("max_connections_per_client: 1000", with: "max_connections_per_client: 900")
            default:
                text.replacing("connections: 5", with: "connections: 2").replacing(
                    "other.test", with: "relay.test"
                )
                .replacing("policy: {scripts: []}\nlog: {level: notice}\n", with: "")
                .replacing("[2h, 3h]", with: "[1h]")
                .replacing("max_connections_per_client: 900", with: "max_connections_per_client: 1000")
            }
        }
    }
}

extension Relay {
    /// Writes another configuration.
    func change(_ body: (String) -> String) throws {
        let text = try String(contentsOf: configuration, encoding: .utf8)
        try Data(body(text).utf8).write(to: configuration, options: .atomic)
    }

    /// `postern reload`, by the socket: the file may be broken.
    func reload() throws -> Program.Finished {
        let socket = configuration.deletingLastPathComponent().appending(path: "control.sock").path
        return try Program.run([try Places.postern(), "reload", "--socket", socket])
    }

    /// The hash of the configuration that the daemon runs by.
    func runningConfiguration() throws -> String {
        let socket = configuration.deletingLastPathComponent().appending(path: "control.sock").path
        let ended = try Program.run([try Places.postern(), "status", "--json", "--socket", socket])
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        guard let hash = object?["configuration"] as? String else {
            throw StageError("status: \(ended.output)")
        }
        return hash
    }
}

/// A port that somebody listens at.
private final class Taken {
    let port: Int
    private let descriptor: Int32

    init() throws {
        port = try freePort()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0, listen(descriptor, 1) == 0 else { throw StageError("port \(port) is taken") }
    }

    deinit { close(descriptor) }
}
