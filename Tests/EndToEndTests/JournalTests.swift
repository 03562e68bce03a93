import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// A real journald, healthy and stalled.
    @Suite struct Journal {
        @Test func `a message's story can be read in the journal`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let journal = try startJournal(on: stage)
                let relay = try startRelay(on: stage, host, journal)
                let id = try relay.submit(to: ["b@x.test"], "Message-ID: <1@x.test>\r\n\r\n")
                let story = try awaiting("accepted and delivered in the journal") {
                    let entries = try entries(of: journal, "POSTERN_ID=\(id)")
                    return entries.count >= 2 ? entries : nil
                }
                #expect(story.map { $0["POSTERN_EVENT"] as? String } == ["accepted", "delivered"])
                #expect(story.allSatisfy { $0["SYSLOG_IDENTIFIER"] as? String == "postern" })
                #expect(story.allSatisfy { $0["POSTERN_MESSAGE_ID"] as? String == "<1@x.test>" })
                #expect(story.allSatisfy { ($0["MESSAGE_ID"] as? String)?.count == 32 })
            }
        }

        @Test func `mail flows on while journald is stalled, and the drop counter tells afterwards`() throws {
            try Stage.run { stage in
                let count = Places.number("POSTERN_STALLED_COUNT", default: 8_000)
                let host = try SmartHost(on: stage, "host")
                let journal = try startJournal(on: stage)
                let relay = try startRelay(on: stage, host, journal)
                journal.signal(SIGSTOP)
                let load = Load("stalled", to: "b@x.test", count: count)
                try load.run(port: relay.port, connections: 8)
                #expect(load.acknowledgedCount == count)
                try host.await(count, within: .seconds(120))

                journal.signal(SIGCONT)
                let dropped = try awaiting("the drop counter in the journal") {
                    try entries(of: journal, "POSTERN_EVENT=events-dropped").first
                }
                print("journald stalled: \(count) messages delivered; told: \(dropped["MESSAGE"] ?? "")")
                try relay.submit(to: ["b@x.test"], "Message-ID: <after@x.test>\r\n\r\n")
                try until("events in the journal again") {
                    try !entries(of: journal, "POSTERN_MESSAGE_ID=<after@x.test>").isEmpty
                }
            }
        }

        @Test func `why the relay does not start is in the journal`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let journal = try startJournal(on: stage)
                let good = """
                    hostname: relay.office.test
                    postmaster: postmaster@office.test
                    listeners: {lan: {address: ["127.0.0.1:\(host.port)"], tls: "off"}}
                    spool: {directory: \(stage.folder.path)/spool}
                    state: {directory: \(stage.folder.path)/state}
                    control: {socket: \(stage.folder.path)/control.sock}
                    streams: {office: {smarthosts: ["localhost:25"], tls: "off"}}
                    default_stream: office

                    """
                let broken = good.replacing("postmaster:", with: "postmister:")
                for (text, status, word) in [
                    (broken, 78, "postmaster: required"), (good, 1, ":\(host.port)"),
                ] {
                    let file = try stage.write("postern.yaml", text)
                    let ended = try inside(journal, [try Places.postern(), "serve", "--config", file.path])
                    #expect(ended.status == Int32(status) && ended.output.contains(word), "\(ended)")
                    let told = try #require(try entries(of: journal, "POSTERN_EVENT=start-failed").last)
                    #expect((told["POSTERN_REASON"] as? String)?.contains(word) == true, "\(told)")
                    #expect(told["PRIORITY"] as? String == "3")
                }
            }
        }

        @Test func `fail2ban bans who wants to log in, and logcheck passes over mail that goes its way`()
            throws
        {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let journal = try startJournal(on: stage)
                let relay = try startRelay(on: stage, host, journal)
                let id = try relay.submit(to: ["b@x.test"], "\r\n")
                let client = try MailClient(port: relay.port)
                for command in ["EHLO pc7", "AUTH PLAIN AGFubgBzZWNyZXQ=", "AUTH LOGIN", "QUIT"] {
                    try client.say(command)
                }
                try until("all of it in the journal") {
                    try entries(of: journal, "POSTERN_EVENT=auth-failed").count == 2
                        && entries(of: journal, "POSTERN_ID=\(id)").count == 2
                }
                let log = try inside(journal, ["journalctl", "-t", "postern", "-o", "short"]).output
                let file = try stage.write(
                    "log", log.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n")
                let filter = Places.package.appending(path: "packaging/examples/fail2ban.conf").path
                let banned = try Program.run(["fail2ban-regex", file.path, filter])
                #expect(banned.status == 0 && banned.output.contains(" 2 matched"), "\(banned)")

                let rules = Places.package.appending(path: "packaging/examples/logcheck").path
                let mailed = try Program.run(["grep", "-E", "--text", "-v", "-f", rules, file.path]).output
                #expect(mailed.contains("authentication failed for ann from 127.0.0.1"))
                #expect(!mailed.contains("accepted ") && !mailed.contains("delivered "), "\(mailed)")
            }
        }

        private func startJournal(on stage: Stage) throws -> Program {
            let script = Places.peers.appending(path: "journald").path
            let journal = try stage.start("journald", ["unshare", "--mount", script])
            try until("journald: \(journal.output)") {
                guard journal.isRunning else { throw StageError("journald ended: \(journal.output)") }
                let ready = "test -f /run/systemd/journald.conf.d/test.conf -a -S /run/systemd/journal/socket"
                return try inside(journal, ["sh", "-c", ready]).status == 0
            }
            return journal
        }

        private func startRelay(on stage: Stage, _ host: SmartHost, _ journal: Program) throws -> Relay {
            try Relay(
                on: stage, wrapper: ["nsenter", "--mount", "--root", "--target", "\(journal.id)"],
                Relay.oneStream(on: stage, to: host) + "\nlog: {to: journal}")
        }

        /// Runs a program where this journald is the journald.
        private func inside(_ journal: Program, _ command: [String]) throws -> Program.Finished {
            try Program.run(["nsenter", "--mount", "--root", "--target", "\(journal.id)"] + command)
        }

        private func entries(of journal: Program, _ match: String) throws -> [[String: Any]] {
            let read = try inside(
                journal, ["sh", "-c", "journalctl --sync; journalctl --output=json --all '\(match)'"])
            return try read.output.split(separator: "\n").filter { $0.hasPrefix("{") }.compactMap { line in
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            }
        }
    }
}
