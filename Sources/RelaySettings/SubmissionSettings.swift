/// What a program that hands in mail on this machine takes from the configuration; every user may read that much.
package struct SubmissionSettings: Hashable, Sendable {
    package var hostname: String
    /// Where the relay takes mail from this machine, in the order in which to try.
    package var entrances: [ListenAddress]
    /// What the relay takes there.
    package var maxMessageByteCount: Int
    package var maxRecipients: Int
    /// The folder of the spool.
    package var spool: String
    /// Where mail is left while the relay is away.
    package var maildrop: String
    /// The operator's socket.
    package var controlSocket: String

    /// The part of a whole configuration.
    package init(_ settings: Settings) {
        hostname = settings.hostname
        let listener = settings.localListener
        entrances = settings.listeners.flatMap(\.entrances)
        maxMessageByteCount = listener.maxMessageByteCount
        maxRecipients = listener.maxRecipients
        spool = settings.spool.directory
        maildrop = settings.spool.maildrop
        controlSocket = settings.control.socketPath
    }
}

extension Settings {
    /// The listener that mail of this machine's users counts as coming in at, whether the relay was there to take it or
    /// it came through the maildrop: routes must not tell the two apart.
    package var localListener: ListenerSettings {
        var listener = listeners.first { !$0.entrances.isEmpty } ?? ListenerSettings(name: "maildrop")
        listener.networks = Network.loopback
        return listener
    }
}

extension ListenerSettings {
    /// The addresses at which a program on this machine may hand in mail without TLS. Who connects to an address of
    /// the machine itself comes from that same address.
    fileprivate var entrances: [ListenAddress] {
        guard tls != .required else { return [] }
        return addresses.compactMap { address in
            var entrance = address
            switch address.host {
            case "0.0.0.0": entrance.host = "127.0.0.1"
            case "::": entrance.host = "::1"
            default: break
            }
            guard address.port != 0, let client = IPAddress(entrance.host), admits(client) else { return nil }
            return entrance
        }
    }
}

extension SpoolSettings {
    /// Where local users leave mail while the relay is away; the relay collects it.
    package var maildrop: String { directory + "/maildrop" }
}

/// How the files of a maildrop are named: whoever leaves mail and whoever collects it agree on it here.
package enum MaildropName {
    /// Of a file that is whole. It is under this name from the moment on that its data is on disk.
    package static let finished = ".mail"
    /// Of one that is being written.
    package static let draft = ".new"
    /// What a line begins with that names the stream of all the mail in a file.
    package static let stream = "XSTREAM "
}

extension SettingsFile {
    /// Reads the keys that concern who hands in mail, and no other: what is wrong elsewhere, or not readable for every
    /// user, is the daemon's business. A file that is not there stands for the defaults.
    package static func loadForSubmission(
        path: String, environment: SettingsEnvironment = .system
    ) -> (settings: SubmissionSettings?, findings: [SettingsFinding]) {
        let (settings, findings) = load(
            path: path, only: ["hostname", "listeners", "spool", "control"], environment,
            namedFiles: environment.withoutNamedFiles)
        return (settings.map(SubmissionSettings.init), findings)
    }

    /// The alias file that the configuration names, and what is wrong with either.
    package static func checkAliases(
        path: String, environment: SettingsEnvironment = .system
    ) -> (file: String?, findings: [SettingsFinding]) {
        let (settings, findings) = load(path: path, only: ["aliases"], environment, namedFiles: environment)
        return (settings.map(\.aliases.path).flatMap { $0.isEmpty ? nil : $0 }, findings)
    }

    private static func load(
        path: String, only names: Set<String>, _ environment: SettingsEnvironment,
        namedFiles: SettingsEnvironment
    ) -> Outcome {
        var bytes: [UInt8] = []
        do throws(SettingsError) {
            bytes = try environment.read(path, Limits.fileByteCount)
        } catch .missing {
        } catch {
            return (nil, [finding(error.reason, in: path, at: .start)])
        }
        var reading = Reading(file: path, environment: namedFiles)
        do throws(YAMLError) {
            var document = DocumentReader(bytes)
            let root = try document.document() ?? .mapping([], .start)
            for mistake in document.mistakes { reading.error(mistake.text, at: mistake.place) }
            let settings = reading.settings(root, only: names)
            return (reading.hasErrors ? nil : settings, reading.sortedFindings)
        } catch {
            return (nil, [finding(error.text, in: path, at: error.place)])
        }
    }
}

extension Reading {
    fileprivate mutating func settings(_ root: Node, only names: Set<String>) -> Settings {
        let keys = Settings.keys.filter { names.contains($0.name) }
        var settings = Settings.empty
        read(Item(node: root.only(names), owner: .start, path: "", pattern: ""), into: &settings, keys)
        if settings.hostname.isEmpty { settings.hostname = environment.hostname() ?? "localhost" }
        return settings
    }
}

extension Node {
    /// A mapping without the other keys.
    fileprivate func only(_ names: Set<String>) -> Node {
        guard case .mapping(let entries, let place) = self else { return self }
        return .mapping(entries.filter { names.contains($0.key.text) }, place)
    }
}

extension SettingsEnvironment {
    /// The same machine, where every file that the configuration names is taken for good without a look.
    fileprivate var withoutNamedFiles: SettingsEnvironment {
        SettingsEnvironment(
            status: { _ in Status() }, read: { _, _ throws(SettingsError) in [] }, hostname: hostname,
            secretFolders: secretFolders)
    }
}
