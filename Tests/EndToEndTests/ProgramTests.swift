import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Programs that scripts run: those that answer, those that rewrite a message, and those that misbehave.
    @Suite(.enabled(if: geteuid() == 0, "programs belong to root")) struct Programs {
        private static let message = "From: a@office.test\r\nSubject: programs\r\n\r\nBody.\r\n"

        private func relay(
            on stage: Stage, _ host: SmartHost, _ script: String, programs: [String: String]
        ) throws -> Relay {
            for (name, text) in programs {
                try stage.write("programs/\(name)", "#!/bin/sh\n\(text)\n", mode: 0o755)
            }
            let file = try stage.write("policy.sieve", script + "\n")
            let folder = stage.folder.appending(path: "programs").path
            return try Relay(
                on: stage,
                Relay.oneStream(on: stage, to: host, "retry: [1s]")
                    + "\npolicy: {scripts: [\(file.path)], programs: \(folder), program_timeout: 2s, "
                    + "hold: {notify: null}}")
        }

        @Test func `a program refuses with its words, and rewrites what it lets pass`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["vnd.postern.execute", "variables", "reject"];
                    if not execute :pipe :output "words" "judge" ["--strict"] { reject "5.7.1 ${words}"; stop; }
                    filter "rewrite";
                    """,
                    programs: [
                        "judge": "if grep -q forbidden; then printf 'not %s' \"$1\"; exit 1; fi",
                        "rewrite": "sed s/Body/Text/",
                    ])
                let forbidden = Self.message + "forbidden\r\n"
                let answer = try relay.client().submit(from: "a@office.test", to: ["b@x.test"], forbidden)
                #expect("\(answer)".hasPrefix("550 5.7.1 not --strict"), "\(answer)")
                try relay.submit(to: ["b@x.test"], Self.message)
                let text = String(decoding: try host.bytes(of: host.await(1)[0]), as: UTF8.self)
                #expect(text.hasSuffix("Subject: programs\r\n\r\nText.\r\n"), "\(text)")
            }
        }

        @Test func `what misbehaves has its message held with the reason, and others' mail flows`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let place = stage.folder.path
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["vnd.postern.execute", "envelope"];
                    if envelope :localpart "to" "loop" { execute "loop"; }
                    if envelope :localpart "to" "print" { execute "print"; }
                    if envelope :localpart "to" "fork" { execute "fork"; }
                    if envelope :localpart "to" "die" { execute "die"; }
                    if envelope :localpart "to" "pry" { execute :pipe "pry"; }
                    """,
                    programs: [
                        "loop": "while :; do :; done", "print": "yes", "die": "kill -9 $$",
                        "fork": "while :; do sleep 100 & done",
                        "pry": """
                        cat \(place)/spool/lock && exit 0
                        cat \(place)/secret && exit 0
                        ls \(place)/state && exit 0
                        cat /proc/$PPID/mem && exit 0
                        cat /proc/$PPID/environ && exit 0
                        exit 9
                        """,
                    ])
                let names = ["loop", "print", "fork", "die", "pry"]
                let clients = try names.map { name in
                    let client = try relay.client()
                    #expect(try client.say("MAIL FROM:<a@office.test>").code == 250)
                    #expect(try client.say("RCPT TO:<\(name)@x.test>").code == 250)
                    #expect(try client.say("DATA").code == 354)
                    try client.send(Self.message + ".\r\n")
                    return client
                }
                try relay.submit(to: ["well@x.test"], Self.message)
                #expect(try host.await(1).map { $0.recipients } == [["well@x.test"]])
                for client in clients { #expect(try client.answer().code == 250) }
                let reasons = try names.map { name in
                    try relay.await("policy-error") { $0["recipient"] == "\(name)@x.test" }["reason"]
                }
                #expect(
                    reasons == [
                        #"program "loop": did not end within 2 s"#,
                        #"program "print": printed more than 65536 bytes"#,
                        #"program "fork": did not end within 2 s"#, #"program "die": was ended by signal 9"#,
                        #"program "pry": ended with status 9"#,
                    ])
                #expect(
                    try relay.queue().allSatisfy { $0["state"] == "held" && $0["reason"] == "policy-error" })
            }
        }

        @Test func `what a program held up leaves without a person, once the program is repaired`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["vnd.postern.execute", "vnd.postern.hold", "envelope"];
                    if envelope :localpart "to" "person" { hold "look at it"; stop; }
                    execute "judge";
                    """, programs: ["judge": "exit 9"])
                let id = try relay.submit(to: ["b@x.test"], Self.message)
                try relay.submit(to: ["person@x.test"], Self.message)
                try relay.await("held") { $0["id"] == id }
                #expect(try relay.reload().status == 0)
                try stage.write("programs/judge", "#!/bin/sh\nexit 0\n", mode: 0o755)
                #expect(try relay.reload().status == 0)
                #expect(try host.await(1).map { $0.recipients } == [["b@x.test"]])
                try relay.await("released") { $0["id"] == id && $0["operator"] == "policy.on_error" }
                #expect(try relay.queue().map { $0["reason"] } == ["look at it"])
                let later = try relay.submit(to: ["c@x.test"], Self.message.replacing("Body", with: "Text"))
                #expect(try host.await(2).contains { $0.recipients == ["c@x.test"] }, "\(later)")
            }
        }

        @Test func `a restart is a reason to judge again what a program held up`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host, #"require "vnd.postern.execute"; execute "judge";"#,
                    programs: ["judge": "exit 9"])
                try relay.submit(to: ["b@x.test"], Self.message)
                try relay.await("held")
                relay.kill()
                try stage.write("programs/judge", "#!/bin/sh\nexit 0\n", mode: 0o755)
                try relay.start()
                #expect(try host.await(1).map { $0.recipients } == [["b@x.test"]])
            }
        }

        @Test func `a program that others than root can change is an error of the configuration`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(on: stage, host, "keep;", programs: ["a": "exit 0"])
                let program = stage.folder.appending(path: "programs/a").path
                chmod(program, 0o777)
                let checked = try relay.command(["check"])
                #expect(checked.status == 1)
                #expect(
                    checked.output.contains("policy.programs: \(program) can be written by others than root"))
                #expect(try relay.reload().status == 1)
            }
        }
    }

    /// Edits behind the header, on their way to a smart host.
    @Suite struct BodyEdits {
        private static let text = "From: a@office.test\r\nSubject: edits\r\nMIME-Version: 1.0\r\n"

        private func relay(on stage: Stage, _ host: SmartHost, _ script: String) throws -> Relay {
            let file = try stage.write("policy.sieve", script + "\n")
            return try Relay(
                on: stage,
                Relay.oneStream(on: stage, to: host, "retry: [1s]") + "\npolicy: {scripts: [\(file.path)]}")
        }

        @Test func `a disclaimer goes out, all else byte for byte, and the file keeps what came`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try self.relay(
                    on: stage, host, #"require "vnd.postern.disclaimer"; disclaimer "Example GmbH";"#)
                let message =
                    Self.text
                    + "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble \u{1}\r\n--b\r\n\r\n"
                    + "Hello.\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n\u{2}\t x \r\n--b--\r\n"
                try relay.submit(to: ["b@x.test"], message)
                #expect(try bytes(of: try #require(relay.spoolFiles().first)).starts(with: message.utf8))
                try relay.stop()
                try relay.start()
                try host.start()
                let sent = String(decoding: try host.bytes(of: host.await(1)[0]), as: UTF8.self)
                let edited = message.replacingOccurrences(
                    of: "Hello.\r\n", with: "Hello.\r\nExample GmbH\r\n")
                let body = try #require(edited.range(of: "\r\n\r\n")).lowerBound
                #expect(sent.hasSuffix(edited[body...]), "\(sent)")
                #expect(sent.contains("X-Postern-Disclaimer: added\r\n"))
            }
        }

        @Test func `signed mail is not touched`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host, #"require "vnd.postern.disclaimer"; disclaimer "Example GmbH";"#)
                let message =
                    Self.text + "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nHello.\r\n"
                    + "--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n"
                try relay.submit(to: ["b@x.test"], message)
                let sent = String(decoding: try host.bytes(of: host.await(1)[0]), as: UTF8.self)
                #expect(sent.hasSuffix(message), "\(sent)")
            }
        }

        @Test func `a part is replaced, and the message is enclosed`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try self.relay(
                    on: stage, host,
                    """
                    require ["replace", "enclose", "mime", "foreverypart", "envelope"];
                    if envelope :localpart "to" "replaced" {
                        foreverypart {
                            if header :mime :contenttype "Content-Type" "application/x-evil" { replace "taken out"; }
                        }
                    } else { enclose :subject "wrapped" "see below"; }
                    """)
                let message =
                    Self.text + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello.\r\n"
                    + "--b\r\nContent-Type: application/x-evil\r\n\r\nbad\r\n--b--\r\n"
                try relay.submit(to: ["replaced@x.test", "enclosed@x.test"], message)
                let sent = try host.await(2).reduce(into: [String: String]()) { texts, line in
                    texts[line.recipients?.first ?? ""] = String(
                        decoding: try host.bytes(of: line), as: UTF8.self)
                }
                let replaced = try #require(sent["replaced@x.test"])
                #expect(replaced.contains("taken out") && !replaced.contains("bad"), "\(replaced)")
                #expect(replaced.contains("--b\r\n\r\nHello.\r\n--b"), "\(replaced)")
                let enclosed = try #require(sent["enclosed@x.test"])
                #expect(
                    enclosed.contains("Subject: wrapped\r\n") && enclosed.contains(message), "\(enclosed)")
            }
        }
    }
}
