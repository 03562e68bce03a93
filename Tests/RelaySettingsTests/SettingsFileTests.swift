import MailSyntax
import PosternTestSupport
import Testing

@testable import RelaySettings

/// Every key that is built, with a value that is not the default.
private let everything = """
    hostname: relay.office.example
    postmaster: postmaster@office.example
    origin: Mail.office.example
    aliases: /etc/aliases
    local_domains: [localhost, PC7]
    sender_rewrite: {"*@*.lan": cron@office.example, "root@*": root@office.example}
    listeners:
      lan:
        address: ["0.0.0.0:25", "[::]:25"]
        networks: [127.0.0.0/8, "::1/128", 10.1.0.0/16, "fd00::/8", 203.0.113.7]
        tls: required
        certificate: /etc/postern/tls/relay.crt
        key: /etc/postern/tls/relay.key
        max_message_size: 25 MB
        max_recipients: 100
        max_connections: 200
        max_connections_per_client: 5
        timeout: 1m
    spool:
      directory: /srv/spool
      min_free: 1 GiB
      keep_failed: 3d
    state: {directory: /srv/state}
    control: {socket: /run/postern/other.sock, allow_own_user: true}
    policy:
      scripts: [/etc/postern/policy/outbound.sieve]
      on_error: tempfail
      reject_scope: recipient
      hold: {notify: review@office.example, digest: 2h, expire: 3d, on_expire: delete, max: 7, on_full: reject}
    credentials:
      postmark:
        username: token-a
        secret: postmark
        mechanism: login
      ses: {username: AKIA, secret: ses}
    streams:
      transactional:
        smarthosts:
          - smtp.postmarkapp.com:2465
          - {host: "email-smtp.eu-west-1.amazonaws.com:587", credential: ses, timeouts: {connect: 5s}}
          - {host: localhost, tls: off, credential: null}
        tls_verify: hostname
        ca_file: /etc/postern/tls/ca.pem
        credential: postmark
        timeouts: {connect: 10s, command: 1m, final_dot: 2m}
        return_path: "bounce+{token}@mail.office.example"
        max_message_size: 10 MB
        max_queued: 5000
        max_queued_bytes: 2 GiB
        on_uncertain: hold
        recipients_per_message: 20
        headers:
          add: {X-PM-Message-Stream: outbound}
          remove: [X-Originating-IP]
        received: anonymous
        connections: 10
        messages_per_connection: 100
        retry: [30s, 2m]
        expire: 2d
        warn_after: 0s
      office: {smarthosts: [mx.office.example]}
    routes:
      - {sender: "*@news.office.example", stream: transactional}
      - {header: {X-Stream: lifecycle}, from: "*@office.example", recipient: "*", stream: office}
      - {client: 10.1.7.0/24, listener: lan, stream: transactional}
    default_stream: office
    reports: {stream: transactional, sender: bounces@office.example}
    log: {to: stderr, level: debug, protocol: true}
    """

struct SettingsFileTests {
    @Test func `every key that is built is read`() throws {
        let outcome = parse(everything)
        #expect(outcome.findings == [])
        let settings = try #require(outcome.settings)
        #expect(settings.hostname == "relay.office.example")
        #expect(settings.postmaster.description == "postmaster@office.example")
        #expect(settings.localAddresses.origin == "mail.office.example")
        #expect(settings.localAddresses.isLocal("pc7"))
        #expect(settings.aliases["root"]?.targets.map(\.address.description) == ["ann@office.example"])
        #expect(settings.senderRewrites.map(\.pattern.description) == ["*@*.lan", "root@*"])
        #expect(settings.senderRewrites.map(\.address.localPart) == ["cron", "root"])
        #expect(settings.spool.directory == "/srv/spool")
        #expect(settings.spool.minimumFreeByteCount == 1 << 30)
        #expect(settings.spool.keepFailed == .seconds(3 * 86_400))
        #expect(settings.stateDirectory == "/srv/state")
        #expect(settings.control.socketPath == "/run/postern/other.sock")
        #expect(settings.control.allowsOwnUser)
        #expect(settings.policy.scripts == ["/etc/postern/policy/outbound.sieve"])
        #expect(settings.policy.onError == .tempfail)
        #expect(settings.policy.rejectScope == .recipient)
        #expect(
            settings.policy.hold.notice == .address(Address(localPart: "review", domain: "office.example")))
        #expect(settings.policy.hold.digestInterval == .seconds(7200))
        #expect(settings.policy.hold.expire == .seconds(3 * 86_400))
        #expect(settings.policy.hold.onExpire == .delete && settings.policy.hold.onFull == .reject)
        #expect(settings.policy.hold.countLimit == 7)
        #expect(settings.credentials["postmark"]?.mechanism == .login)
        #expect(settings.credentials["ses"]?.username == "AKIA")
        #expect(settings.streamNames == ["transactional", "office"])
        #expect(settings.defaultStream == "office")
        #expect(settings.reports.stream == "transactional")
        #expect(settings.reports.sender?.description == "bounces@office.example")
        #expect(settings.log.destination == .stderr)
        #expect(settings.log.level == .debug)
        #expect(settings.log.protocolDialogue)
    }

    @Test func `a listener is read whole`() throws {
        let listener = try #require(parse(everything).settings?.listeners.first)
        #expect(listener.name == "lan")
        #expect(listener.addresses.map(\.description) == ["0.0.0.0:25", "[::]:25"])
        #expect(listener.tls == .required)
        #expect(listener.certificateFile == "/etc/postern/tls/relay.crt")
        #expect(listener.keyFile == "/etc/postern/tls/relay.key")
        #expect(listener.maxMessageByteCount == 25_000_000)
        #expect(listener.maxRecipients == 100)
        #expect(listener.maxConnections == 200)
        #expect(listener.maxConnectionsPerClient == 5)
        #expect(listener.timeout == .seconds(60))
        let admitted = ["127.9.9.9", "::1", "10.1.255.255", "::ffff:10.1.0.1", "fd12::1", "203.0.113.7"]
        for client in admitted { #expect(listener.admits(try #require(IPAddress(client))), "\(client)") }
        for client in ["10.2.0.0", "203.0.113.8", "2001:db8::1", "::", "0.0.0.0"] {
            #expect(!listener.admits(try #require(IPAddress(client))), "\(client)")
        }
    }

    @Test func `a stream is read whole`() throws {
        let stream = try #require(parse(everything).settings?.streams["transactional"])
        #expect(stream.returnPath?.description == "bounce+{token}@mail.office.example")
        #expect(stream.headerAdditions == [.init(name: "X-PM-Message-Stream", value: "outbound")])
        #expect(stream.headerRemovals == ["X-Originating-IP"])
        #expect(stream.received == .anonymous)
        #expect(stream.connectionLimit == 10)
        #expect(stream.messagesPerConnection == 100)
        #expect(stream.retry == [.seconds(30), .seconds(120)])
        #expect(stream.expire == .seconds(2 * 86_400))
        #expect(stream.warnAfter == .zero)
        #expect(stream.recipientsPerMessage == 20)
        #expect(stream.maxMessageByteCount == 10_000_000)
        #expect(stream.queuedCountLimit == 5000 && stream.queuedByteCountLimit == 2 << 30)
        #expect(stream.onUncertain == .hold)
    }

    @Test func `a smart host inherits its stream's keys and overrides them`() throws {
        let hosts = try #require(parse(everything).settings?.streams["transactional"]?.smartHosts)
        #expect(
            hosts.map(\.host) == ["smtp.postmarkapp.com", "email-smtp.eu-west-1.amazonaws.com", "localhost"])
        #expect(hosts.map(\.port) == [2465, 587, 587])
        #expect(hosts.map(\.tls) == [.implicit, .starttls, .off])
        #expect(hosts.map(\.credential) == ["postmark", "ses", nil])
        #expect(hosts.map(\.timeouts.connect) == [.seconds(10), .seconds(5), .seconds(10)])
        #expect(
            hosts.allSatisfy { $0.timeouts.command == .seconds(60) && $0.timeouts.finalDot == .seconds(120) })
        #expect(hosts.allSatisfy { $0.caFile == "/etc/postern/tls/ca.pem" && $0.verify == .hostname })
    }

    @Test func `routes keep their order and their conditions`() throws {
        let routes = try #require(parse(everything).settings?.routes)
        #expect(routes.map(\.stream) == ["transactional", "office", "transactional"])
        #expect(routes[0].sender?.matches("x@NEWS.office.example") == true)
        #expect(routes[1].headers.map(\.name) == ["X-Stream"])
        #expect(routes[1].headers.first?.value.matches("lifecycle") == true)
        #expect(routes[1].from?.matches("a@office.example") == true)
        #expect(routes[1].recipient?.matches("anybody@anywhere") == true)
        #expect(routes[2].client?.contains([10, 1, 7, 9]) == true)
        #expect(routes[2].listener == "lan")
    }

    @Test func `what the file leaves out has the defaults of the manual`() throws {
        let text = "postmaster: pm@relay.test\nstreams: {s: {smarthosts: [mx.test]}}\ndefault_stream: s"
        let settings = try #require(parse(text).settings)
        #expect(settings.hostname == "box.office.example")
        let listener = try #require(settings.listeners.first)
        #expect(settings.listeners.count == 1)
        #expect(listener.name == "local")
        #expect(listener.addresses.map(\.description) == ["127.0.0.1:25", "[::1]:25"])
        #expect(listener.networks == ["127.0.0.0/8", "::1/128"].compactMap { Network($0) })
        #expect(listener.tls == .offered)
        #expect(listener.maxMessageByteCount == 50 << 20)
        #expect(listener.maxRecipients == 1000)
        #expect(listener.maxConnections == 1000)
        #expect(listener.maxConnectionsPerClient == 50)
        #expect(listener.timeout == .seconds(300))
        #expect(settings.spool.directory == "/var/spool/postern")
        #expect(settings.spool.minimumFreeByteCount == 512 << 20)
        #expect(settings.stateDirectory == "/var/lib/postern")
        #expect(settings.control == ControlSettings())
        #expect(settings.control.socketPath == "/run/postern/control.sock")
        #expect(!settings.control.allowsOwnUser)
        #expect(settings.policy.scripts == [])
        #expect(settings.policy.onError == .hold)
        #expect(settings.policy.rejectScope == .message)
        #expect(settings.policy.hold.countLimit == 10_000)
        #expect(settings.reports.stream == "s")
        #expect(settings.reports.sender == nil)
        #expect(settings.log.destination == .auto)
        #expect(settings.log.level == .notice)
        #expect(!settings.log.protocolDialogue)
    }

    @Test func `a stream that says nothing has the defaults of the manual`() throws {
        let stream = try #require(parse(minimal()).settings?.streams["s"])
        #expect(stream.returnPath == nil)
        #expect(stream.headerAdditions == [])
        #expect(stream.headerRemovals == [])
        #expect(stream.received == .keep)
        #expect(stream.connectionLimit == 4)
        #expect(stream.messagesPerConnection == 500)
        #expect(stream.retry == [60, 300, 900, 1800, 3600, 7200, 14400].map { .seconds($0) })
        #expect(stream.expire == .seconds(432_000))
        #expect(stream.warnAfter == .seconds(14_400))
        #expect(stream.recipientsPerMessage == 50)
        #expect(stream.maxMessageByteCount == nil)
        let host = try #require(stream.smartHosts.first)
        #expect(host.port == 587)
        #expect(host.tls == .starttls)
        #expect(host.verify == .hostname)
        #expect(host.caFile == nil)
        #expect(host.credential == nil)
        #expect(host.timeouts.connect == .seconds(30))
        #expect(host.timeouts.command == .seconds(300))
        #expect(host.timeouts.finalDot == .seconds(600))
    }

    @Test func `null and sections without content leave the default`() throws {
        let text = minimal(
            top: "routes:\npolicy:\nspool: null\ncredentials: ~\nreports: {stream: null, sender: null}",
            stream: [
                "ca_file: null", "credential: null", "return_path: null", "tls:",
                "headers: {add: , remove: }",
            ]
            .joined(separator: "\n    "))
        let outcome = parse(text)
        #expect(outcome.findings == [])
        let settings = try #require(outcome.settings)
        #expect(settings.spool == SpoolSettings())
        #expect(settings.reports.stream == "s")
        #expect(settings.streams["s"]?.smartHosts.first?.tls == .starttls)
    }

    @Test func `scalars are what their key asks for, whatever YAML would make of them`() throws {
        let text = minimal(
            top: "credentials:\n  no: {username: 0x1F, secret: postmark}\nlog: {protocol: \"true\"}",
            stream:
                "credential: no\n    connections: 010\n    headers: {add: {X-A: on, X-B: 1e3, X-C: 2026-11-21}}"
        )
        let settings = try #require(parse(text).settings)
        #expect(settings.credentials["no"]?.username == "0x1F")
        #expect(settings.log.protocolDialogue)
        #expect(settings.streams["s"]?.connectionLimit == 10)
        #expect(settings.streams["s"]?.headerAdditions.map(\.value) == ["on", "1e3", "2026-11-21"])
    }

    @Test func `a credential may go without TLS to this machine alone`() {
        let hosts = "[localhost, 127.0.0.2, \"[::1]:25\"]"
        let open = credential("username: u, secret: postmark", stream: "credential: c\n    tls: off")
        #expect(findings(open.replacing("[mx.test:587]", with: hosts)) == [])
        let one = "[localhost, {host: mx.test, tls: starttls}]"
        #expect(findings(open.replacing("[mx.test:587]", with: one)) == [])
    }

    @Test func `a stream that only a script names is in use`() {
        let text = minimal(
            top: "policy: {scripts: [/a.sieve]}\nroutes: []"
        ).replacing("  s:\n", with: "  t: {smarthosts: [mx.test]}\n  s:\n")
        let named = Machine.usual.adding("/a.sieve", "require \"x\"; stream \"t\";")
        #expect(findings(text, on: named) == [])
        let unnamed = Machine.usual.adding("/a.sieve", "require \"x\"; stream \"tt\";")
        #expect(
            findings(text, on: unnamed) == [
                "4:3: warning: streams.t: no route, script or default_stream leads to this stream"
            ])
    }

    @Test func `the machine's own name needs a dot as well`() {
        var machine = Machine.usual
        machine.hostname = "box"
        let text = minimal().replacing("hostname: relay.test\n", with: "")
        #expect(
            findings(text, on: machine) == [
                "1:1: error: hostname: not set, and the machine's own name \"box\" has no dot"
            ])
        machine.hostname = nil
        #expect(findings(text, on: machine).count == 1)
        #expect(findings(minimal(), on: machine) == [])
    }

    @Test func `a listener on loopback that says nothing of TLS needs no certificate`() {
        let top = "listeners: {lan: {address: [\"ADDRESS\"]}}"
        #expect(findings(minimal(top: top.replacing("ADDRESS", with: "127.0.0.1:2525"))) == [])
        #expect(findings(minimal(top: top.replacing("ADDRESS", with: "10.0.0.1:25"))).count == 1)
    }

    @Test func `the fingerprint follows the bytes`() throws {
        let first = try #require(parse(minimal()).settings?.fingerprint)
        let second = try #require(parse(minimal() + "#").settings?.fingerprint)
        #expect(first == parse(minimal()).settings?.fingerprint)
        #expect(first != second)
        #expect(first.count == 8 && first.allSatisfy(\.isHexDigit))
    }

    @Test func `the configuration of the benchmark is taken without a word`() {
        let machine = Machine.usual.adding("/tmp/w/secret", "x", mode: 0o600).adding("/tmp/w/cert.pem", "x")
        let text = """
            hostname: relay.test
            postmaster: postmaster@relay.test
            listeners:
              bench: {address: ["127.0.0.1:2505"], networks: [127.0.0.0/8], tls: off, max_connections_per_client: 1000, max_message_size: 100 MiB}
            spool: {directory: /tmp/w/spool}
            state: {directory: /tmp/w/state}
            control: {socket: /tmp/w/control.sock}
            credentials:
              sink: {username: bench, secret: /tmp/w/secret}
            streams:
              bench:
                smarthosts: ["localhost:2465"]
                tls: starttls
                ca_file: /tmp/w/cert.pem
                credential: sink
                connections: 20
                
            default_stream: bench
            """
        #expect(findings(text, on: machine) == [])
        #expect(parse(text, on: machine).settings?.streams["bench"]?.smartHosts.first?.tls == .starttls)
    }

    @Test func `no mutation of a good file brings the reader down`() {
        var random = SeededRandom(seed: 20_261_121)
        let good = Array(everything.utf8)
        let bits: [[UInt8]] =
            [
                "{", "}", "[", "]", ": ", "- ", "\n", "  ", "&a", "*a", "!", "\"", "'", "|\n", "#", "\0",
                "\u{85}",
            ]
            .map { Array($0.utf8) } + [[0xff], [0xc3], [0xef, 0xbb, 0xbf]]
        for _ in 0..<3000 {
            var text = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                let end = min(text.count, place + Int.random(in: 0...12, using: &random))
                text.replaceSubrange(place..<end, with: bits.randomElement(using: &random) ?? [])
            }
            let outcome = SettingsFile.parse(text, name: "f", environment: Machine.usual.environment)
            #expect((outcome.settings == nil) == outcome.findings.contains { $0.severity == .error })
        }
    }
}

struct SettingsKeysTests {
    @Test func `the list of keys comes with every nested key`() {
        let keys = SettingsFile.allKeys
        #expect(Set(keys).count == keys.count)
        let some = [
            "hostname", "listeners.*.address", "state.directory", "policy.hold.max", "credentials.*.secret",
            "streams.*.smarthosts", "streams.*.smarthosts.*.host",
            "streams.*.smarthosts.*.timeouts.final_dot",
            "streams.*.timeouts.connect", "streams.*.headers.add", "routes.*.header", "log.protocol",
        ]
        for key in some { #expect(keys.contains(key), "\(key)") }
    }

    @Test func `no key is both built and promised for later`() {
        #expect(SettingsFile.allKeys.filter { LaterKeys.contains($0) } == [])
        let sections = SettingsFile.allKeys.flatMap { key in
            key.indices.filter { key[$0] == "." }.map { String(key[..<$0]) }
        }
        #expect(sections.filter { LaterKeys.contains($0) } == [])
    }
}
