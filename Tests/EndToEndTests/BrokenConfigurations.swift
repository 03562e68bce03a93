import Foundation

/// One way to break a configuration, and what must be said of it.
struct Broken: Sendable {
    /// What to take out of the good one, and what to put there.
    let old: String
    let new: String
    /// The findings, without the configuration's path; PLACE stands for the stage's folder.
    let findings: [String]

    init(_ old: String, _ new: String, _ findings: String...) {
        (self.old, self.new, self.findings) = (old, new, findings)
    }
}

extension Broken {
    static let unknownKeys = [
        Broken(
            "default_stream:", "defualt_stream:",
            "24:1: error: unknown key \"defualt_stream\"; did you mean \"default_stream\"?"),
        Broken(
            "    networks:", "    network:",
            "6:5: error: unknown key \"network\" in listeners.lan; did you mean \"networks\"?"),
        Broken(
            "min_free:", "minfree:",
            "8:3: error: unknown key \"minfree\" in spool; did you mean \"min_free\"?"),
        Broken(
            "    retry:", "    retyr:",
            "20:5: error: unknown key \"retyr\" in streams.office; did you mean \"retry\"?"),
        Broken(
            "username:", "user:", "14:3: error: credentials.host.username: required, but not set",
            "14:10: error: unknown key \"user\" in credentials.host; did you mean \"username\"?"),
        Broken(
            "{sender:", "{sendr:", "23:6: error: unknown key \"sendr\" in routes[1]; did you mean \"sender\"?"
        ),
        Broken(
            "    retry: [1s]", "    warmup: {daily: [50]}",
            "20:5: error: unknown key \"warmup\" in streams.office; it is not built in this version"),
    ]

    static let structure = [
        Broken(
            "    expire: 5d", "    retry: [5s]",
            "21:5: error: streams.office.retry: set twice; first in line 20"),
        Broken(
            "    expire: 5d", "  office: {smarthosts: [\"localhost:26\"]}",
            "21:3: error: streams.office: set twice; first in line 16"),
        Broken(
            "state: {directory: PLACE/state}", "state: PLACE/state",
            "10:8: error: state: expected a mapping, found \"PLACE/state\""),
        Broken(
            "hostname: relay.test", "hostname: [relay.test]",
            "1:11: error: hostname: expected a host name such as relay.office.example, found a list"),
        Broken(
            "[127.0.0.0/8]", "127.0.0.0/8",
            "6:15: error: listeners.lan.networks: expected a list, found \"127.0.0.0/8\""),
        Broken(
            "retry: [1s]", "retry: {first: 1s}",
            "20:12: error: streams.office.retry: expected a list, found a mapping"),
        Broken(
            "state: {", "state: &a {",
            "10:8: error: an anchor (&) is not taken; a value that begins with & needs quotes"),
        Broken(
            "default_stream: office", "default_stream: *a",
            "24:17: error: an alias (*) is not taken; a value that begins with * needs quotes"),
        Broken(
            "hostname: relay", "hostname: !!str relay",
            "1:11: error: a tag (!) is not taken; a value that begins with ! needs quotes"),
        Broken("state: {", "state: {<<: {a: b}, ", "10:9: error: a merge key (<<) is not taken"),
        Broken("    tls: starttls", "\ttls: starttls", "18:1: error: not YAML: a tab; indent with spaces"),
        Broken(
            "networks: [127.0.0.0/8]", "networks: [127.0.0.0/8",
            "7:6: error: not YAML: the list that begins at line 6, column 15 has no \"]\""),
        Broken(
            "postmaster: p", "postmaster: to: p",
            "2:15: error: not YAML: a second \": \" on one line, or wrong indentation; text with \": \" in it needs quotes"
        ),
        Broken(
            "default_stream: office", "default_stream: \"office",
            "25:1: error: not YAML: the quote that begins at line 24, column 17 has no end"),
        Broken(
            "default_stream: office", "default_stream: office\n---\na: b",
            "26:1: error: a second document; one file is one configuration"),
        Broken(
            "routes:\n", "routes: " + String(repeating: "[", count: 40) + "\n",
            "22:25: error: nested deeper than 16 levels"),
    ]

    static let values = [
        Broken(
            "expire: 5d", "expire: 5 days",
            "21:13: error: streams.office.expire: expected a duration such as 30s, 15m, 4h or 5d, found \"5 days\""
        ),
        Broken("[1s]", "[0s]", "20:13: error: streams.office.retry[1]: expected 1s to 30d, found \"0s\""),
        Broken(
            "1 MiB", "1M",
            "8:13: error: spool.min_free: expected a size such as 512 KiB or 25 MB, found \"1M\""),
        Broken(
            "127.0.0.0/8", "10.1.7.0/8",
            "6:16: error: listeners.lan.networks[1]: expected a network such as 10.1.0.0/16 or \"fd00::/8\" (zeros behind the prefix), found \"10.1.7.0/8\""
        ),
        Broken(
            "127.0.0.0/8", "0.0.0.0/0",
            "6:16: error: listeners.lan.networks[1]: \"0.0.0.0/0\" is a public range: anybody in it could send through this relay"
        ),
        Broken(
            "postmaster@office.test", "postmaster",
            "2:13: error: postmaster: expected an address such as postmaster@office.example, found \"postmaster\""
        ),
        Broken(
            "127.0.0.1:PORT", "localhost:25",
            "5:15: error: listeners.lan.address[1]: expected an IP address and port such as \"127.0.0.1:25\" or \"[::1]:25\", or systemd:NAME, found \"localhost:25\""
        ),
        Broken(
            "127.0.0.1:PORT", "127.0.0.1:99999",
            "5:15: error: listeners.lan.address[1]: expected an IP address and port such as \"127.0.0.1:25\" or \"[::1]:25\", or systemd:NAME, found \"127.0.0.1:99999\""
        ),
        Broken(
            "localhost:HOST", "localhost:0",
            "17:25: error: streams.office.smarthosts[1].host: expected a host such as smtp.office.example:587, found \"localhost:0\""
        ),
        Broken(
            "relay.test", "relay", "1:11: error: hostname: \"relay\" has no dot; write the full name"),
        Broken(
            "tls: starttls", "tls: startls",
            "18:10: error: streams.office.tls: expected one of starttls, implicit, off, found \"startls\"; did you mean \"starttls\"?"
        ),
        Broken(
            "{socket: PLACE/control.sock}", "{socket: control.sock}",
            "11:19: error: control.socket: expected an absolute path of at most 107 bytes, found \"control.sock\""
        ),
        Broken(
            "expire: 5d", "connections: 0",
            "21:18: error: streams.office.connections: expected 1 to 1000, found \"0\""),
        Broken(
            "expire: 5d", "return_path: \"b+{tokn}@m.test\"",
            "21:18: error: streams.office.return_path: unknown placeholder \"tokn\"; did you mean \"token\"?"),
    ]

    static let relations = [
        Broken(
            "stream: office}", "stream: ofice}",
            "23:37: error: routes[1].stream: no stream \"ofice\" is configured; configured: office"),
        Broken(
            "default_stream: office", "default_stream: ofice",
            "24:17: error: default_stream: no stream \"ofice\" is configured; configured: office"),
        Broken(
            "credential: host", "credential: hots",
            "14:3: warning: credentials.host: no stream uses this credential",
            "19:17: error: streams.office.credential: no credential \"hots\" is configured; configured: host"),
        Broken(
            "[{host: \"localhost:HOST\", ca_file: PLACE/ca.pem}]\n    tls: starttls",
            "[\"mx.office.test:25\"]\n    tls: \"off\"",
            "17:18: error: streams.office.smarthosts[1]: with tls: off anybody on the way could read the secret of credential \"host\""
        ),
        Broken(
            "[{host: \"localhost:HOST\", ca_file: PLACE/ca.pem}]", "[]",
            "17:17: error: streams.office.smarthosts: the list is empty"),
        Broken(
            "  lan:\n", "  two: {address: [\"127.0.0.1:PORT\"]}\n  lan:\n",
            "6:15: error: listeners.lan.address[1]: \"127.0.0.1:PORT\" is already listened on by listeners.two.address[1]"
        ),
    ]

    static let otherFiles = [
        Broken(
            "PLACE/secret", "PLACE/no-secret",
            "14:35: error: credentials.host.secret: there is no file under this absolute path"),
        Broken(
            "PLACE/secret", "PLACE/empty",
            "14:35: error: credentials.host.secret: PLACE/empty: empty"),
        Broken(
            "PLACE/secret", "PLACE",
            "14:35: error: credentials.host.secret: PLACE: Is a directory"),
        Broken(
            "policy.sieve", "polcy.sieve",
            "12:20: error: policy.scripts[1]: PLACE/polcy.sieve: no such file"),
        Broken(
            "policy.sieve", "broken.sieve",
            "PLACE/broken.sieve:2:1: error: unknown command \"rejekt\"; did you mean \"reject\"?"),
        Broken(
            "PLACE/ca.pem", "PLACE/no.pem",
            "17:53: error: streams.office.smarthosts[1].ca_file: PLACE/no.pem: no such file"),
        Broken(
            "PLACE/ca.pem", "PLACE/policy.sieve",
            "PLACE/policy.sieve:1:1: error: PLACE/policy.sieve: holds no certificate"),
    ]

    static let table = unknownKeys + structure + values + relations + otherFiles
}

extension Broken {
    /// The good configuration that all of these break: 24 lines.
    static func good(port: Int, host: Int) -> String {
        """
        hostname: relay.test
        postmaster: postmaster@office.test
        listeners:
          lan:
            address: ["127.0.0.1:\(port)"]
            networks: [127.0.0.0/8]
        spool:
          min_free: 1 MiB
          directory: PLACE/spool
        state: {directory: PLACE/state}
        control: {socket: PLACE/control.sock}
        policy: {scripts: [PLACE/policy.sieve]}
        credentials:
          host: {username: relay, secret: PLACE/secret}
        streams:
          office:
            smarthosts: [{host: "localhost:\(host)", ca_file: PLACE/ca.pem}]
            tls: starttls
            credential: host
            retry: [1s]
            expire: 5d
        routes:
          - {sender: "*@news.test", stream: office}
        default_stream: office

        """
    }
}
