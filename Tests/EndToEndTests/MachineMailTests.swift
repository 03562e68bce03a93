import Foundation
import Testing

extension EndToEnd {
    /// The machine's own mail: it reaches a person, and a smart host never hears the machine's own names.
    @Suite struct MachineMail {
        private static let cron = """
            From: root (Cron Daemon)\r
            To: root\r
            Subject: Cron <root@box> /etc/cron.daily/backup\r
            \r
            no space left on device\r

            """

        private func settings(_ stage: Stage, _ host: SmartHost, _ aliases: String) throws -> String {
            let file = try stage.write("aliases", aliases)
            return """
                origin: office.test
                aliases: \(file.path)
                sender_rewrite: {"root@*": cron@office.test}
                \(Relay.oneStream(on: stage, to: host))
                """
        }

        @Test func `cron's mail to root reaches a person, from an address that can be answered`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(
                    on: stage,
                    try settings(stage, host, "postmaster: root\nroot: ann@people.test, bob@people.test\n"))
                let id = try relay.submit(from: "root", to: ["root", "postmaster@localhost"], Self.cron)
                let message = try #require(try host.await(1).first)
                #expect(message.sender == "cron@office.test")
                #expect(message.recipients == ["ann@people.test", "bob@people.test"])
                let bytes = try host.bytes(of: message)
                #expect(Arrived.field("From", in: bytes) == "cron@office.test (Cron Daemon)")
                #expect(Arrived.field("To", in: bytes) == "root@office.test")
                #expect(Arrived.field("Subject", in: bytes) == "Cron <root@box> /etc/cron.daily/backup")
                #expect(bytes.suffix(27) == Array("\r\nno space left on device\r\n".utf8)[...])
                try relay.await("delivered") { $0.id == id }
                // What was received is kept as it came.
                try relay.stop()
            }
        }

        @Test func `no name of the machine is ever said to a smart host`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--commands"])
                let relay = try Relay(
                    on: stage,
                    try settings(
                        stage, host, "root: ann, \\root\nann: ann@people.test\nme: me@localhost, me\n"))
                let names = ["root", "ROOT", "me", "eve", "postmaster", "\"odd one\""]
                let domains = [
                    "", "@localhost", "@LocalHost", "@localhost.localdomain", "@[127.0.0.1]", "@relay.test",
                    "@office.test",
                ]
                let addresses = names.flatMap { name in domains.map { name + $0 } }
                var takenCount = 0
                let client = try relay.client()
                for (index, sender) in addresses.enumerated() {
                    let recipient = addresses[(index * 5 + 3) % addresses.count]
                    let message =
                        "From: \(sender)\r\nSender: <\(recipient)>\r\nTo: x <\(recipient)>\r\n\r\ntext\r\n"
                    let answer = try client.submit(from: sender, to: [recipient], message)
                    if answer.queueID == nil {
                        #expect(answer.lines == ["550 5.1.1 no mailbox of that name here"], "\(recipient)")
                        _ = try client.say("RSET")
                    } else {
                        takenCount += 1
                    }
                }
                #expect(takenCount > addresses.count / 3)
                let messages = try host.await(takenCount)
                for message in messages {
                    for address in [message.sender ?? ""] + (message.recipients ?? []) {
                        let domain = address.split(separator: "@").last.map(String.init) ?? ""
                        #expect(["office.test", "people.test"].contains(domain), "\(address)")
                    }
                    let bytes = try host.bytes(of: message)
                    for name in ["From", "Sender", "To"] {
                        let value = try #require(Arrived.field(name, in: bytes))
                        #expect(value.contains("@office.test"), "\(name): \(value)")
                    }
                }
                try until("an empty queue") { try relay.queue().isEmpty }
            }
        }

        @Test func `check names the line of an alias file that cannot be taken`() throws {
            try Stage.run { stage in
                let file = try stage.write("aliases", "root: ann@people.test\nlist: |/usr/bin/list\n")
                let text = """
                    hostname: relay.test
                    postmaster: pm@office.test
                    aliases: \(file.path)
                    streams: {office: {smarthosts: [mx.test]}}
                    default_stream: office
                    """
                let configuration = try stage.write("postern.yaml", text + "\n")
                let ended = try Program.run([try Places.postern(), "check", "--config", configuration.path])
                #expect(ended.status == 1)
                #expect(ended.output.hasPrefix("\(file.path):2:7: error: \"|/usr/bin/list\" is a program;"))
            }
        }
    }
}
