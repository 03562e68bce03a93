import MailSyntax
import RelaySettings
import Testing

@testable import RelayPolicy

@Suite struct PolicyStepTests {
    private func steps(_ office: Office, _ recipients: [String]) throws -> [String] {
        let policy = try #require(office.loaded().policy)
        var steps: [String] = []
        let head = Array("From: ann@office.example\r\n\r\n".utf8)
        let envelope = Envelope(
            sender: nil, recipients: recipients.compactMap { Address($0) }.map { Recipient($0) })
        let message = JudgedMessage(head, envelope: envelope, origin: office.origin)
        let observer: PolicyObserver = { step in
            switch step {
            case .script(let path, let recipients):
                steps.append("\(path) for \(recipients.map(\.description).joined(separator: " "))")
            case .step(let name, let holds, let line, let column):
                steps.append("\(line):\(column) \(name) \(holds.map { "\($0)" } ?? "done")")
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
