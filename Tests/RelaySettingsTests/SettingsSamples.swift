import RelaySettings

/// A machine that is made of a dictionary.
struct Machine: Sendable {
    var files: [String: [UInt8]] = [:]
    var modes: [String: UInt32] = [:]
    /// Who must be able to read the files as well.
    var reader: FileUser?
    /// What nobody may look into who is not root.
    var closedFolders: [String] = []
    var hostname: String? = "box.office.example"
    var secretFolders = ["/etc/postern/secrets", "/run/credentials/postern.service"]

    static let usual = Machine(files: [
        "/etc/postern/policy/outbound.sieve": Array("keep;\n".utf8),
        "/etc/aliases": Array("root: ann@office.example\n".utf8),
        "/etc/postern/tls/relay.crt": Array("certificate".utf8),
        "/etc/postern/tls/relay.key": Array("key".utf8),
        "/etc/postern/tls/ca.pem": Array("ca".utf8),
        "/etc/postern/secrets/postmark": Array("s3cret\n".utf8),
        "/etc/postern/secrets/ses": Array("t0ken\n".utf8),
    ])

    func adding(_ path: String, _ text: String, mode: UInt32 = 0o640) -> Machine {
        var machine = self
        machine.files[path] = Array(text.utf8)
        machine.modes[path] = mode
        return machine
    }

    func closing(_ folder: String) -> Machine {
        var machine = self
        machine.closedFolders.append(folder)
        return machine
    }

    var environment: SettingsEnvironment {
        var environment = SettingsEnvironment(
            status: { [files, modes] path in
                files[path].map { _ in SettingsEnvironment.Status(mode: modes[path] ?? 0o640) }
            },
            read: { [files, closedFolders] path, limit throws(SettingsError) in
                if closedFolders.contains(where: { path.hasPrefix($0 + "/") }) {
                    throw .unreadable(path: path, reason: "Permission denied")
                }
                guard let bytes = files[path] else { throw .missing(path) }
                guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
                return bytes
            },
            hostname: { [hostname] in hostname }, secretFolders: secretFolders)
        environment.reader = reader
        return environment
    }
}

func parse(_ text: String, on machine: Machine = .usual) -> SettingsFile.Outcome {
    SettingsFile.parse(Array(text.utf8), name: "postern.yaml", environment: machine.environment)
}

/// The findings as printed, without the file's name.
func findings(_ text: String, on machine: Machine = .usual) -> [String] {
    parse(text, on: machine).findings.map { String($0.description.dropFirst("postern.yaml:".count)) }
}

/// The least that is a configuration: six lines. `top` follows as line 7, `stream` as line 6 in the stream `s`.
func minimal(top: String = "", stream: String = "", smartHosts: String = "[mx.test:587]") -> String {
    """
    hostname: relay.test
    postmaster: pm@relay.test
    streams:
      s:
        smarthosts: \(smartHosts)\(stream.isEmpty ? "" : "\n    " + stream)
    default_stream: s
    \(top)
    """
}

/// A listener `lan` that admits 10.0.0.0/8 without TLS; `line` is line 11, a key of the listener.
func listener(_ line: String, address: String = "[\"10.0.0.1:25\"]", tls: String = "off") -> String {
    minimal(
        top: """
            listeners:
              lan:
                address: \(address)
                tls: \(tls)
                \(line)
            """)
}

/// A credential `c` that the stream uses, which makes it line 9.
func credential(_ keys: String, stream: String = "credential: c") -> String {
    minimal(top: "credentials:\n  c: {\(keys)}", stream: stream)
}
