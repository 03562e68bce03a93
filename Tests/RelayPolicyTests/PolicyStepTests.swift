import MailSyntax
import RelaySettings
import Testing

@testable import RelayPolicy

@Suite struct PolicyStepTests {
    private func steps(_ office: Office, _ recipients: [String]) throws -> [String] {
        let policy = try #require(office.loaded().policy)
        var (steps, path) = ([String](), "")
        let head = Array("From: ann@office.example\r\n\r\n".utf8)
        let envelope = Envelope(
            sender: nil, recipients: recipients.compactMap { Address($0) }.map { Recipient($0) })
        let message = JudgedMessage(head, envelope: envelope, origin: office.origin)
        let observer: PolicyObserver = { step in
            switch step {
            case .script(let begun, let recipients):
                path = begun
                steps.append("\(path) for \(recipients.map(\.description).joined(separator: " "))")
            case .step(let name, let holds, let place):
                let rule = place.ruleName.map { " of \($0)" } ?? ""
                let script = place.script == path ? "" : "\(place.script):"
                steps.append(
                    "\(script)\(place.line):\(place.column) \(name) \(holds.map { "\($0)" } ?? "done")\(rule)"
                )
            case .failure(let rule, let text): steps.append("\(rule) \(text)")
            case .route(let recipient, let choice):
                steps.append(
                    "\(recipient) to \(choice.stream ?? "-") by \(choice.route ?? 0):\(choice.line ?? 0)")
            }
        }
        _ = policy.judge(message, observer: observer)
        return steps
    }

    private var routed: Settings {
        var settings = Office.plain
        var route = Route(stream: "bulk")
        route.sender = Glob("nobody@*")
        var second = Route(stream: "bulk")
        second.recipient = Glob("*@bulk.example")
        second.line = 31
        settings.routes = [route, second]
        return settings
    }

    @Test func `recipients whom scripts tell apart are judged one after the other`() throws {
        let office = Office(#"if envelope :domain "to" "x.example" { keep; }"#, "stop;")
        #expect(
            try steps(office, ["a@x.example", "b@y.example", "c@x.example"]) == [
                "/policy/s1 for a@x.example c@x.example", "2:4 envelope true", "2:40 keep done",
                "/policy/s2 for a@x.example c@x.example", "2:1 stop done",
                "/policy/s1 for b@y.example", "2:4 envelope false",
                "/policy/s2 for b@y.example", "2:1 stop done",
                "a@x.example to office by 0:0", "b@y.example to office by 0:0",
                "c@x.example to office by 0:0",
            ])
    }

    @Test func `what an included script does is told of that script, and of the rule that a comment names`()
        throws
    {
        var office = Office(
            """
            require "include";
            # rule: all
            if true {
                include "inner";
                include :global "outer.sieve";
            }
            # rule: end
            stop;
            """)
        office.files = [
            "/policy/inner.sieve": "if size :over 0 { keep; }\n",
            "/policy/global/outer.sieve": "# rule: [last]\nif exists \"x\" { stop; }",
        ]
        #expect(
            try steps(office, ["a@x.example"]).prefix(8) == [
                "/policy/s1 for a@x.example", "5:5 include done of all",
                "/policy/inner.sieve:1:4 size true", "/policy/inner.sieve:1:19 keep done",
                "6:5 include done of all", "/policy/global/outer.sieve:2:4 exists false of last",
                "9:1 stop done of end", "a@x.example to office by 0:0",
            ])
    }

    @Test func `what is wrong with an included script is told of its file`() throws {
        var office = Office("require \"include\"; include \"inner\"; include :global \"outer\";")
        office.files = ["/policy/inner.sieve": "keep;\nkep;", "/policy/global/outer.sieve": "\n\n drop;"]
        let found = office.loaded().findings.map(\.description)
        for beginning in [
            "/policy/inner.sieve:2:1: error: unknown command",
            "/policy/global/outer.sieve:3:2: error: unknown command", "/policy/s1:2:20: error:",
        ] {
            #expect(found.contains { $0.hasPrefix(beginning) }, "\(found)")
        }
    }

    @Test func `the route that fits is told by number and line`() throws {
        var office = Office()
        office.settings = routed
        #expect(
            try steps(office, ["a@bulk.example", "b@y.example"])
                == ["a@bulk.example to bulk by 2:31", "b@y.example to office by 0:0"])
    }

    @Test func `routes are not asked where a script names the stream`() throws {
        #expect(
            try steps(Office(#"stream "bulk";"#), ["a@x.example"])
                == ["/policy/s1 for a@x.example", "2:1 stream done"])
    }

    @Test func `a run-time error is told with its rule`() throws {
        let told = try steps(Office(#"keep; reject "no";"#), ["a@x.example"])
        #expect(told.contains(#"s1:2 "reject" conflicts with "keep" at s1:2"#))
    }

    @Test func `routes of a file know their line`() throws {
        let text = """
            hostname: relay.test
            postmaster: pm@relay.test
            streams: {s: {smarthosts: [mx.test]}}
            default_stream: s
            routes:
              - {sender: "a@*", stream: s}
              - sender: "b@*"
                stream: s
            """
        let environment = SettingsEnvironment(
            status: { _ in nil }, read: { path, _ throws(SettingsError) in throw .missing(path) },
            hostname: { nil }, secretFolders: [])
        let outcome = SettingsFile.parse(Array(text.utf8), name: "postern.yaml", environment: environment)
        #expect(outcome.settings?.routes.map(\.line) == [6, 7])
    }
}
