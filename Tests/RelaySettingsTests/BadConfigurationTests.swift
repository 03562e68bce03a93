import RelaySettings
import Testing

/// A configuration and the findings it must bring, to the letter.
struct Bad: Sendable, CustomTestStringConvertible {
    var text: String
    var expected: [String]
    var machine: Machine

    init(_ text: String, _ expected: String..., on machine: Machine = .usual) {
        self.text = text
        self.expected = expected
        self.machine = machine
    }

    var testDescription: String { expected.first ?? "nothing" }

    func check() {
        #expect(findings(text, on: machine) == expected)
        let isBroken = expected.contains { $0.contains(": error: ") }
        #expect((parse(text, on: machine).settings == nil) == isBroken)
    }
}

struct BadConfigurationTests {
    @Test(arguments: [
        Bad("a: [", "2:1: error: not YAML: a value is missing"),
        Bad(
            "a: b: c",
            "1:5: error: not YAML: a second \": \" on one line, or wrong indentation; text with \": \" in it needs quotes"
        ),
        Bad("a:\n\tb: 1", "2:1: error: not YAML: a tab; indent with spaces"),
        Bad("a: \"\u{1}\"", "1:5: error: not text: control characters are not allowed"),
        Bad("- a", "1:1: error: expected a mapping, found a list"),
        Bad("text", "1:1: error: expected a mapping, found \"text\""),
        Bad(minimal(top: "---\na: 1"), "8:1: error: a second document; one file is one configuration"),
        Bad(
            minimal(top: "log: &x {to: auto}"),
            "7:6: error: an anchor (&) is not taken; a value that begins with & needs quotes"),
        Bad(
            minimal(top: "log: *x"),
            "7:6: error: an alias (*) is not taken; a value that begins with * needs quotes"),
        Bad(
            minimal(top: "log: !x {to: auto}"),
            "7:6: error: a tag (!) is not taken; a value that begins with ! needs quotes"),
        Bad(minimal(top: "log: {<<: {to: auto}}"), "7:7: error: a merge key (<<) is not taken"),
        Bad(minimal(top: "? [a]\n: b"), "7:3: error: a key that is not plain text"),
        Bad(
            minimal(top: "routes: " + String(repeating: "[", count: 17) + "]"),
            "7:25: error: nested deeper than 16 levels"),
        Bad(
            minimal(top: "routes: [" + String(repeating: "a,", count: 50_000) + "]"),
            "7:99978: error: more than 50000 values"),
        Bad(
            "#" + String(repeating: "x", count: 1 << 20), "1:1: error: larger than 1048576 bytes"),
    ])
    func `what is not one plain YAML document is refused at its place`(_ bad: Bad) { bad.check() }

    @Test(arguments: [
        Bad(
            "", "1:1: error: postmaster: required, but not set", "1:1: error: streams: required, but not set"),
        Bad(minimal(top: "hostnam: x"), "7:1: error: unknown key \"hostnam\"; did you mean \"hostname\"?"),
        Bad(
            minimal(stream: "retyr: [1m]"),
            "6:5: error: unknown key \"retyr\" in streams.s; did you mean \"retry\"?"),
        Bad(
            minimal(smartHosts: "[{host: mx.test, credentail: c}]"),
            "5:34: error: unknown key \"credentail\" in streams.s.smarthosts[1]; did you mean \"credential\"?"
        ),
        Bad(minimal(top: "zzz: 1"), "7:1: error: unknown key \"zzz\""),
        Bad(
            minimal(top: "identities: []"),
            "7:1: error: unknown key \"identities\"; it is not built in this version"
        ),
        Bad(
            minimal(stream: "rate: 5/s"),
            "6:5: error: unknown key \"rate\" in streams.s; it is not built in this version"),
        Bad(
            minimal(top: "policy: {programs: /p}"),
            "7:20: error: policy.programs: there is no folder /p"),
        Bad(
            minimal(top: "policy: {timeout: 0s, on_release: keep}"),
            "7:19: error: policy.timeout: expected 1s to 1h, found \"0s\"",
            "7:35: error: policy.on_release: expected one of send, judge, found \"keep\""),
        Bad(
            minimal(smartHosts: "[{host: mx.test, provider: ses}]"),
            "5:34: error: unknown key \"provider\" in streams.s.smarthosts[1]; it is not built in this version"
        ),
        Bad(
            listener("auth: required"),
            "11:5: error: unknown key \"auth\" in listeners.lan; it is not built in this version"),
        Bad(
            minimal(top: "routes: [{user: crm, stream: s}]"),
            "7:11: error: unknown key \"user\" in routes[1]; it is not built in this version"),
        Bad(minimal(top: "log:\n  to: auto\n  to: auto"), "9:3: error: log.to: set twice; first in line 8"),
        Bad(minimal(top: "hostname: b.test"), "7:1: error: hostname: set twice; first in line 1"),
        Bad(minimal(top: "\"a\\nb\": 1"), "7:1: error: unknown key \"a?b\""),
    ])
    func `an unknown, repeated or missing key is told with a suggestion where one is near`(_ bad: Bad) {
        bad.check()
    }

    @Test(arguments: [
        Bad(minimal(top: "spool: /var/spool"), "7:8: error: spool: expected a mapping, found \"/var/spool\""),
        Bad(minimal(top: "routes: {a: b}"), "7:9: error: routes: expected a list, found a mapping"),
        Bad(
            minimal(top: "log: {protocol: yes}"),
            "7:17: error: log.protocol: expected true or false, found \"yes\""),
        Bad(
            minimal(stream: "connections: ten"),
            "6:18: error: streams.s.connections: expected a whole number, found \"ten\""),
        Bad(
            minimal(stream: "connections: 1e3"),
            "6:18: error: streams.s.connections: expected a whole number, found \"1e3\""),
        Bad(
            minimal(stream: "connections: -1"),
            "6:18: error: streams.s.connections: expected a whole number, found \"-1\""),
        Bad(
            minimal(stream: "connections: 0"),
            "6:18: error: streams.s.connections: expected 1 to 1000, found \"0\""),
        Bad(
            minimal(stream: "connections: 99999999999999999999"),
            "6:18: error: streams.s.connections: expected a whole number, found \"99999999999999999999\""),
        Bad(
            minimal(stream: "connections:"),
            "6:17: error: streams.s.connections: expected a whole number, found nothing"),
        Bad(
            minimal(stream: "connections: [4]"),
            "6:18: error: streams.s.connections: expected a whole number, found a list"),
        Bad(
            minimal(stream: "expire: 5 days"),
            "6:13: error: streams.s.expire: expected a duration such as 30s, 15m, 4h or 5d, found \"5 days\""),
        Bad(
            minimal(stream: "expire: 3600"),
            "6:13: error: streams.s.expire: expected a duration such as 30s, 15m, 4h or 5d, found \"3600\""),
        Bad(
            minimal(stream: "expire: 0s"), "6:13: error: streams.s.expire: expected 1s to 365d, found \"0s\""),
        Bad(minimal(stream: "retry: []"), "6:12: error: streams.s.retry: the list is empty"),
        Bad(
            minimal(stream: "retry: [1m, 0s]"),
            "6:17: error: streams.s.retry[2]: expected 1s to 30d, found \"0s\""),
        Bad(
            minimal(stream: "max_message_size: 25M"),
            "6:23: error: streams.s.max_message_size: expected a size such as 512 KiB or 25 MB, found \"25M\""
        ),
        Bad(
            minimal(top: "spool: {min_free: 1048576}"),
            "7:19: error: spool.min_free: expected a size such as 512 KiB or 25 MB, found \"1048576\""),
        Bad(
            listener("max_message_size: 12 B"),
            "11:23: error: listeners.lan.max_message_size: expected 1 KiB to 4 GiB, found \"12 B\""),
        Bad(
            minimal(top: "log: {level: notise}"),
            "7:14: error: log.level: expected one of error, warning, notice, info, debug, found \"notise\"; did you mean \"notice\"?"
        ),
        Bad(
            listener("timeout: 2h"), "11:14: error: listeners.lan.timeout: expected 1s to 1h, found \"2h\""),
        Bad(
            listener("", tls: "implicit"),
            "10:10: error: listeners.lan.tls: expected one of off, offered, required, found \"implicit\"; it is not built in this version"
        ),
        Bad(
            minimal(stream: "tls_verify: dane"),
            "6:17: error: streams.s.tls_verify: expected one of hostname, off, found \"dane\"; it is not built in this version"
        ),
        Bad(
            minimal(top: "control: {socket: control.sock}"),
            "7:19: error: control.socket: expected an absolute path of at most 107 bytes, found \"control.sock\""
        ),
        Bad(
            minimal(top: "state: {directory: /" + String(repeating: "d", count: 5000) + "}"),
            "7:20: error: state.directory: expected an absolute path of at most 4095 bytes, found \"/"
                + String(repeating: "d", count: 63) + "…\""),
        Bad(
            minimal(top: "policy: {hold: {max: many}}"),
            "7:22: error: policy.hold.max: expected a whole number, found \"many\""),
    ])
    func `a value of the wrong kind or out of range is told with what is expected`(_ bad: Bad) { bad.check() }

    @Test(arguments: [
        Bad(
            minimal().replacing("relay.test", with: "relay"),
            "1:11: error: hostname: \"relay\" has no dot; write the full name"),
        Bad(
            minimal().replacing("hostname: relay.test", with: "hostname: re lay.test"),
            "1:11: error: hostname: expected a host name such as relay.office.example, found \"re lay.test\""),
        Bad(
            minimal().replacing("pm@relay.test", with: "pm"),
            "2:13: error: postmaster: expected an address such as postmaster@office.example, found \"pm\""),
        Bad(
            minimal(smartHosts: "[]"), "5:17: error: streams.s.smarthosts: the list is empty"),
        Bad(
            minimal(smartHosts: "mx.test"),
            "5:17: error: streams.s.smarthosts: expected a list, found \"mx.test\""),
        Bad(
            minimal(smartHosts: "[\"mx.test:0\"]"),
            "5:18: error: streams.s.smarthosts[1].host: expected a host such as smtp.office.example:587, found \"mx.test:0\""
        ),
        Bad(
            minimal(smartHosts: "[10.1.2.300]"),
            "5:18: error: streams.s.smarthosts[1].host: expected a host such as smtp.office.example:587, found \"10.1.2.300\""
        ),
        Bad(
            minimal(smartHosts: "[{tls: off}]"),
            "5:18: error: streams.s.smarthosts[1].host: required, but not set"),
        Bad(
            minimal().replacing("  s:\n", with: "  s/t:\n").replacing(
                "default_stream: s", with: "default_stream: s/t"),
            "4:3: error: streams.\"s/t\": a name is 1 to 64 letters, digits, -, _ and ."),
        Bad(
            "hostname: a.b\npostmaster: p@a.b\nstreams: {}\ndefault_stream: null",
            "3:10: error: streams: at least one stream is needed"),
        Bad(
            minimal(top: "reports: {sender: nobody}"),
            "7:19: error: reports.sender: expected an address such as postmaster@office.example, found \"nobody\""
        ),
        Bad(
            minimal(top: "routes: [{sender: \"\", stream: s}]"),
            "7:19: error: routes[1].sender: expected a pattern such as \"*@office.example\", found \"\""),
        Bad(
            minimal(top: "routes: [{sender: a@b.c}]"), "7:10: error: routes[1].stream: required, but not set"),
        Bad(
            minimal(top: "routes: [{header: {\"X Y\": z}, stream: s}]"),
            "7:20: error: routes[1].header: \"X Y\" is not the name of a header field"),
        Bad(
            minimal(stream: "headers: {add: {\"X:\": a}, remove: [\"b c\"]}"),
            "6:21: error: streams.s.headers.add: \"X:\" is not the name of a header field",
            "6:40: error: streams.s.headers.remove[1]: expected the name of a header field, found \"b c\""),
        Bad(
            minimal(stream: "headers: {add: {X-A: \"b\\r\\nBcc: c@d.e\"}}"),
            "6:26: error: streams.s.headers.add.X-A: expected the value of a header field of at most 998 bytes, found \"b??Bcc: c@d.e\""
        ),
        Bad(
            minimal(stream: "return_path: \"b+{tokn}@m.test\""),
            "6:18: error: streams.s.return_path: unknown placeholder \"tokn\"; did you mean \"token\"?"),
        Bad(
            minimal(stream: "return_path: \"b+{x-y-z}@m.test\""),
            "6:18: error: streams.s.return_path: unknown placeholder \"x-y-z\"; there are id, token, stream, sender, sender_local, sender_domain, recipient_local, recipient_domain"
        ),
        Bad(
            minimal(stream: "return_path: \"b+{token@m.test\""),
            "6:18: error: streams.s.return_path: a brace without its other half"),
        Bad(
            minimal(stream: "return_path: bounce"),
            "6:18: error: streams.s.return_path: expected an address such as bounce+{token}@office.example, found \"bounce\""
        ),
        Bad(
            minimal(stream: "return_path: a@b@c.test"),
            "6:18: error: streams.s.return_path: expected an address such as bounce+{token}@office.example, found \"a@b@c.test\""
        ),
    ])
    func `names, hosts, addresses and templates are looked into`(_ bad: Bad) { bad.check() }

    @Test(arguments: [
        Bad(
            minimal(stream: "credential: m356"),
            "6:17: error: streams.s.credential: no credential \"m356\" is configured"),
        Bad(
            credential("username: u, secret: postmark", stream: "credential: m356"),
            "6:17: error: streams.s.credential: no credential \"m356\" is configured; configured: c",
            "9:3: warning: credentials.c: no stream uses this credential"),
        Bad(
            minimal(smartHosts: "[{host: mx.test, credential: x}]"),
            "5:46: error: streams.s.smarthosts[1].credential: no credential \"x\" is configured"),
        Bad(
            minimal().replacing("default_stream: s", with: "default_stream: t"),
            "4:3: warning: streams.s: no route, script or default_stream leads to this stream",
            "6:17: error: default_stream: no stream \"t\" is configured; configured: s"),
        Bad(
            minimal(top: "routes: [{sender: a@b.c, stream: t}]"),
            "7:34: error: routes[1].stream: no stream \"t\" is configured; configured: s"),
        Bad(
            minimal(top: "reports: {stream: t}"),
            "7:19: error: reports.stream: no stream \"t\" is configured; configured: s"),
        Bad(
            minimal(top: "routes: [{listener: lan, stream: s}]"),
            "7:21: error: routes[1].listener: no listener \"lan\" is configured; configured: local"),
        Bad(
            minimal().replacing("default_stream: s", with: "routes: [{sender: a@b.c, stream: s}]"),
            "1:1: error: reports.stream: delivery reports need a stream; set this or default_stream"),
        Bad(
            minimal(top: "credentials: {c: {username: u, secret: postmark}}"),
            "7:15: warning: credentials.c: no stream uses this credential"),
        Bad(
            minimal(stream: "warn_after: 5d"),
            "6:5: warning: streams.s: warn_after is not before expire, so no sender is warned"),
        Bad(
            minimal(top: "routes: [{stream: s}, {sender: a@b.c, stream: s}]"),
            "7:9: warning: routes: what follows routes[1] is never reached: it has no condition"),
    ])
    func `names that lead nowhere, and what no name leads to, are told`(_ bad: Bad) { bad.check() }

    @Test(arguments: [
        Bad(
            credential("username: u, secret: hunter2"),
            "9:28: error: credentials.c.secret: there is no secret of this name in /etc/postern/secrets or /run/credentials/postern.service"
        ),
        Bad(
            credential("username: u, secret: here"),
            "9:28: error: credentials.c.secret: /etc/postern/secrets/here cannot be looked at: Permission denied; root can check it",
            on: .usual.closing("/etc/postern/secrets")),
        Bad(
            credential("username: u, secret: /no/file"),
            "9:28: error: credentials.c.secret: there is no file under this absolute path"),
        Bad(
            credential("username: u, secret: ../x"),
            "9:28: error: credentials.c.secret: this is neither the name of a secret nor an absolute path"),
        Bad(
            credential("username: u, secret: [hunter2]"),
            "9:28: error: credentials.c.secret: expected the name of a secret or an absolute path, found a list"
        ),
        Bad(
            credential("username: u, secret: &hunter2"),
            "9:28: error: an anchor (&) is not taken; a value that begins with & needs quotes"),
        Bad(
            credential("username: u, secret: open"),
            "9:28: warning: credentials.c.secret: /etc/postern/secrets/open is open to every user (mode 0644); chmod 0640 closes it",
            on: .usual.adding("/etc/postern/secrets/open", "x", mode: 0o644)),
        Bad(
            credential("username: u, secret: /s"),
            "9:28: error: credentials.c.secret: /s: empty", on: .usual.adding("/s", "\n")),
        Bad(
            credential("username: u, secret: /s"),
            "9:28: warning: credentials.c.secret: /s holds a control character, maybe a line end of Windows",
            on: .usual.adding("/s", "x\r\n")),
        Bad(
            credential("username: u, secret: /s"),
            "9:28: error: credentials.c.secret: /s: larger than 16384 bytes",
            on: .usual.adding("/s", String(repeating: "x", count: 20_000))),
        Bad(
            credential("username: u, secret: postmark"),
            "9:28: warning: credentials.c.secret: is both /etc/postern/secrets/postmark and /run/credentials/postern.service/postmark; the first counts",
            on: .usual.adding("/run/credentials/postern.service/postmark", "x")),
        Bad(credential("secret: postmark"), "9:3: error: credentials.c.username: required, but not set"),
        Bad(credential("username: u"), "9:3: error: credentials.c.secret: required, but not set"),
        Bad(
            credential("username: u, secret: postmark, mechanism: xoauth2"),
            "9:49: error: credentials.c.mechanism: expected one of auto, plain, login, found \"xoauth2\"; it is not built in this version"
        ),
        Bad(
            credential("username: u, secret: postmark", stream: "credential: c\n    tls: off"),
            "5:18: error: streams.s.smarthosts[1]: with tls: off anybody on the way could read the secret of credential \"c\""
        ),
        Bad(
            credential("username: u, secret: postmark", stream: "credential: c\n    tls_verify: off"),
            "5:18: error: streams.s.smarthosts[1]: with tls_verify: off anybody on the way could take the secret of credential \"c\""
        ),
    ])
    func `secrets must be there, be closed to others and stay protected, and are never shown`(_ bad: Bad) {
        bad.check()
    }

    @Test(arguments: [
        Bad(
            listener("networks: [10.1.2.3/8]"),
            "11:16: error: listeners.lan.networks[1]: expected a network such as 10.1.0.0/16 or \"fd00::/8\" (zeros behind the prefix), found \"10.1.2.3/8\""
        ),
        Bad(
            listener("networks: [0.0.0.0/0]"),
            "11:16: error: listeners.lan.networks[1]: \"0.0.0.0/0\" is a public range: anybody in it could send through this relay"
        ),
        Bad(
            listener("networks: [\"::/0\"]"),
            "11:16: error: listeners.lan.networks[1]: \"::/0\" is a public range: anybody in it could send through this relay"
        ),
        Bad(
            listener("networks: [203.0.113.0/24]"),
            "11:16: error: listeners.lan.networks[1]: \"203.0.113.0/24\" is a public range: anybody in it could send through this relay"
        ),
        Bad(
            listener("networks: [10.0.0.0/7]"),
            "11:16: error: listeners.lan.networks[1]: \"10.0.0.0/7\" is a public range: anybody in it could send through this relay"
        ),
        Bad(
            listener("", address: "[localhost]"),
            "9:15: error: listeners.lan.address[1]: expected an IP address and port such as \"127.0.0.1:25\" or \"[::1]:25\", or systemd:NAME, found \"localhost\""
        ),
        Bad(
            listener("", address: "[\"systemd:\"]"),
            "9:15: error: listeners.lan.address[1]: expected systemd: and the socket's FileDescriptorName=, found \"systemd:\""
        ),
        Bad(
            listener("", address: "[systemd:smtp, systemd:smtp]"),
            "9:29: error: listeners.lan.address[2]: \"systemd:smtp\" is already listened on by listeners.lan.address[1]"
        ),
        Bad(
            listener("", address: "[\"10.0.0.1:25\", \"10.0.0.1:25\"]"),
            "9:30: error: listeners.lan.address[2]: \"10.0.0.1:25\" is already listened on by listeners.lan.address[1]"
        ),
        Bad(
            listener("certificate: /etc/postern/tls/relay.crt", tls: "required"),
            "8:3: error: listeners.lan: certificate needs key"),
        Bad(
            listener("key: /etc/postern/tls/relay.key", tls: "required"),
            "8:3: error: listeners.lan: key needs certificate"),
        Bad(
            listener("", tls: "offered"),
            "10:5: warning: listeners.lan: without certificate and key, TLS uses a self-signed certificate that clients cannot verify"
        ),
        Bad(
            listener("certificate: /none.crt\n    key: /etc/postern/tls/relay.key"),
            "11:18: error: listeners.lan.certificate: /none.crt: no such file"),
        Bad(
            listener("certificate: /etc/postern/tls/relay.crt\n    key: /k.key"),
            "12:10: warning: listeners.lan.key: /k.key is open to every user (mode 0604); chmod 0640 closes it",
            on: .usual.adding("/k.key", "k", mode: 0o604)),
        Bad(
            minimal(stream: "ca_file: /none.pem"), "6:14: error: streams.s.ca_file: /none.pem: no such file"),
        Bad(
            minimal(top: "policy: {scripts: [/none.sieve, relative.sieve]}"),
            "7:20: error: policy.scripts[1]: /none.sieve: no such file",
            "7:33: error: policy.scripts[2]: expected an absolute path of at most 4095 bytes, found \"relative.sieve\""
        ),
    ])
    func `listeners are not open to everybody, and the files named are there`(_ bad: Bad) { bad.check() }

    @Test func `five mistakes in one file are all told, in the order of the file`() {
        let text = """
            hostname: relay
            listeners:
              lan: {address: ["0.0.0.0:25"], networks: [0.0.0.0/0], tls: off}
            streams:
              marketing:
                smarthots: [mx.test]
                smarthosts: [mx.test]
                credential: m356
                expire: 5 days
            default_stream: marketing
            """
        #expect(
            findings(text) == [
                "1:1: error: postmaster: required, but not set",
                "1:11: error: hostname: \"relay\" has no dot; write the full name",
                "3:45: error: listeners.lan.networks[1]: \"0.0.0.0/0\" is a public range: anybody in it could send through this relay",
                "6:5: error: unknown key \"smarthots\" in streams.marketing; did you mean \"smarthosts\"?",
                "8:17: error: streams.marketing.credential: no credential \"m356\" is configured",
                "9:13: error: streams.marketing.expire: expected a duration such as 30s, 15m, 4h or 5d, found \"5 days\"",
            ])
    }

    @Test func `lists and names are bounded`() {
        let words = Array(repeating: "a", count: 1001).joined(separator: ", ")
        #expect(
            findings(minimal(top: "routes: [\(words)]")) == ["7:9: error: routes: more than 1000 items"])
        let names = (0...1000).map { "c\($0): 1" }.joined(separator: ", ")
        #expect(
            findings(minimal(top: "credentials: {\(names)}")) == [
                "7:14: error: credentials: more than 1000 names"
            ])
    }

    @Test func `a long list of names is not shown whole`() {
        let names = (10..<30).map { "  c\($0): {username: u, secret: postmark}" }.joined(separator: "\n")
        let text = minimal(top: "credentials:\n" + names, stream: "credential: c99")
        #expect(
            findings(text).first
                == "6:17: error: streams.s.credential: no credential \"c99\" is configured; configured: c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, …"
        )
    }

    @Test func `a flood of mistakes is cut where a person stops reading`() {
        let lines = (1...500).map { "unknown\($0): 1" }.joined(separator: "\n")
        let told = findings(minimal(top: lines))
        #expect(told.count == 201)
        #expect(told.last == "206:1: error: 300 more findings are not shown")
    }

    @Test(arguments: [
        Bad(
            minimal(top: "origin: office"),
            "7:9: error: origin: \"office\" has no dot; no mail can be sent to such a domain"),
        Bad(
            minimal(top: "origin: ann@x.test"),
            "7:9: error: origin: expected a domain such as office.example, found \"ann@x.test\""),
        Bad(minimal(top: "aliases: /none"), "7:10: error: aliases: /none: no such file"),
        Bad(
            minimal(top: "local_domains: [\"*.lan\"]"),
            "7:17: error: local_domains[1]: expected a domain such as office.example, found \"*.lan\""),
        Bad(
            minimal(top: "origin: x.test\nlocal_domains: [x.test]"),
            "8:1: error: local_domains: \"x.test\" is the origin, where the mail of bare addresses is sent to"
        ),
        Bad(
            minimal(top: "sender_rewrite: {\"*@*.lan\": cron}"),
            "7:29: error: sender_rewrite.\"*@*.lan\": expected an address such as postmaster@office.example, found \"cron\""
        ),
        Bad(
            minimal(top: "sender_rewrite: {\"*@*.lan\": cron@localhost}"),
            "7:1: error: sender_rewrite: \"localhost\" is a local domain; no smart host can answer cron@localhost"
        ),
        Bad(
            minimal(top: "local_domains: [x.test]\nreports: {sender: b@x.test}"),
            "8:1: error: reports.sender: \"x.test\" is a local domain; no smart host can answer b@x.test"),
        Bad(
            minimal(stream: "return_path: b+{token}@localhost"),
            "3:1: error: streams.s.return_path: \"localhost\" is a local domain"),
        Bad(
            minimal(top: "origin: x.test"),
            "2:1: error: postmaster: \"relay.test\" is a local domain; no smart host can answer pm@relay.test"
        ),
    ])
    func `addresses of this machine are found where they would go out`(_ bad: Bad) { bad.check() }

    @Test(arguments: [
        ("root: |/bin/x", "1:7: error: \"|/bin/x\" is a program; an alias stands for addresses alone"),
        ("a: b\nb: c\nc: a", "3:4: error: \"c\" leads back to itself by way of \"a\""),
        ("a: eve@localhost", "1:4: error: \"eve@localhost\" is an address of this machine without an alias"),
        ("a: a@localhost, \\b@localhost, postmaster@localhost", nil),
    ])
    func `a mistake of the alias file is told with its place there`(text: String, expected: String?) {
        let machine = Machine.usual.adding("/etc/aliases", text)
        let found = parse(minimal(top: "aliases: /etc/aliases"), on: machine).findings.map(\.description)
        #expect(found == (expected.map { ["/etc/aliases:" + $0] } ?? []))
    }

    @Test func `a long chain of aliases is followed to its end`() {
        let chain = (0..<9000).map { "n\($0): n\($0 + 1)\n" }.joined()
        let machine = Machine.usual.adding("/etc/aliases", chain + "n9000: n0\n")
        let found = parse(minimal(top: "aliases: /etc/aliases"), on: machine).findings.map(\.text)
        #expect(found == ["\"n9000\" leads back to itself by way of \"n0\""])
    }
}
