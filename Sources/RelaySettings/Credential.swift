/// A name and a secret that prove to a smart host who sends.
package struct Credential: Hashable, Sendable {
    package enum Mechanism: String, Hashable, Sendable, CaseIterable {
        /// The strongest that both sides know.
        case auto
        case plain
        case login
    }

    /// The name in the configuration.
    package var name: String
    package var username: String
    package var mechanism = Mechanism.auto
    package var secret: SecretSource

    package init(name: String, username: String, mechanism: Mechanism = .auto, secret: SecretSource) {
        self.name = name
        self.username = username
        self.mechanism = mechanism
        self.secret = secret
    }

    /// The secret as it is on disk now, so that a changed file counts at the next connection.
    package func readSecret(environment: SettingsEnvironment = .system) throws(SettingsError) -> Secret {
        try secret.read(environment)
    }
}

/// Where a secret lies: the first of these paths that exists.
package struct SecretSource: Hashable, Sendable {
    package var paths: [String]

    package init(paths: [String]) { self.paths = paths }

    /// The file that counts; nil: there is none.
    func path(in environment: SettingsEnvironment) -> String? {
        paths.first { environment.status($0) != nil }
    }

    /// The file's bytes less one final newline.
    package func read(_ environment: SettingsEnvironment) throws(SettingsError) -> Secret {
        guard let path = path(in: environment) else { throw .missing(paths.joined(separator: " or ")) }
        var bytes = try environment.read(path, Limits.secretByteCount)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw .emptySecret(path) }
        return Secret(bytes)
    }
}

/// Bytes that no log, dump or message may show.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
