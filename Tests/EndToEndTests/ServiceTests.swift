import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// The daemon as a service: how it ends, what it shares with nobody, and a disk without room.
    @Suite struct Service {
        @Test func `SIGTERM under load ends within ten seconds and loses nothing`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--latency", "20"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let load = Load("stopped", to: "b@x.test")
                let clients = Thread { [port = relay.port] in try? load.run(port: port, connections: 8) }
                clients.start()
                try until("200 messages") { load.acknowledgedCount >= 200 }
                #expect(try relay.stop() == 0)
                try until("the clients see it") { clients.isFinished }
                try relay.await("stopping")

                try relay.start()
                try until("all \(load.acknowledgedCount) messages") {
                    try Set(load.acknowledged).isSubset(of: host.messages().compactMap(\.messageID))
                }
                let arrived = try host.messages().compactMap(\.messageID)
                print(
                    "SIGTERM: \(load.acknowledgedCount) acknowledged, \(arrived.count - Set(arrived).count) duplicates"
                )
            }
        }

        @Test func `a second daemon on the same spool ends with 1 and names the first`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let first = try #require(relay.program)
                let text = try String(contentsOf: relay.configuration, encoding: .utf8)
                    .replacing(":\(relay.port)\"", with: ":\(try freePort())\"")
                    .replacing("control.sock", with: "second.sock")
                let second = try stage.write("second.yaml", text)
                let ended = try Program.run([try Places.postern(), "serve", "--config", second.path])
                #expect(ended.status == 1, "\(ended.output)")
                #expect(ended.output.contains("\(first.id)"), "\(ended.output)")
                try relay.submit(to: ["b@x.test"], "Subject: still here\r\n\r\n")
                try host.await(1)
            }
        }

        @Test func `SIGHUP reloads and ends nothing`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                relay.program?.signal(SIGHUP)
                try relay.await("reloaded")
                try relay.submit(to: ["b@x.test"], "Subject: still here\r\n\r\n")
                try host.await(1)
            }
        }

        @Test func `a full disk is answered 452 4.3.1, and what was answered 250 arrives`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let spool = try stage.makeFolder("spool").path
                let mount = "mount -t tmpfs -o size=4m tmpfs \(spool); exec \"$@\""
                let wrapper = ["unshare", "--mount", "sh", "-ec", mount, "sh"]
                let relay = try Relay(
                    on: stage, wrapper: wrapper, Relay.oneStream(on: stage, to: host, "retry: [1s]"))
                let client = try relay.client()
                let body = String(repeating: String(repeating: "x", count: 78) + "\r\n", count: 1_000)
                var taken: [String] = []
                var refusal: MailClient.Answer?
                for number in 1...200 where refusal == nil {
                    let id = "<\(number)@full.test>"
                    let answer = try client.submit(
                        from: "a@office.test", to: ["b@x.test"], "Message-ID: \(id)\r\n\r\n" + body)
                    if answer.code == 250 { taken.append(id) } else { refusal = answer }
                }
                #expect(refusal?.description.hasPrefix("452 4.3.1") == true, "\(String(describing: refusal))")
                try relay.await("spool-full")
                #expect(!taken.isEmpty)
                try host.start()
                try until("what was taken") {
                    try Set(taken).isSubset(of: host.messages().compactMap(\.messageID))
                }
                try until("room again") {
                    let client = try relay.client()
                    return try client.submit(from: "a@office.test", to: ["b@x.test"], "Subject: room\r\n\r\n")
                        .code == 250
                }
            }
        }
    }
}
