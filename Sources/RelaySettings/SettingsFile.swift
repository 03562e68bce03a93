import MailSyntax

/// Reads the configuration file.
package enum SettingsFile {
    /// The settings, or nil if there is an error among the findings; these are in order of place.
    package typealias Outcome = (settings: Settings?, findings: [SettingsFinding])

    /// Every key that this version reads, dotted, `*` for a name or an item: `streams.*.smarthosts.*.host`.
    package static let allKeys: [String] = Settings.keys.flatMap(\.dotted)

    package static func load(path: String, environment: SettingsEnvironment = .system) -> Outcome {
        do throws(SettingsError) {
            let bytes = try environment.read(path, Limits.fileByteCount)
            var outcome = parse(bytes, name: path, environment: environment)
            if let obstacle = environment.reader?.obstacle(to: path, status: environment.status) {
                outcome.findings.insert(finding(obstacle, in: path, at: .start), at: 0)
            }
            return outcome
        } catch {
            return (nil, [finding(error.reason, in: path, at: .start)])
        }
    }

    /// `name` is what findings call the file.
    package static func parse(
        _ bytes: [UInt8], name: String, environment: SettingsEnvironment = .system
    ) -> Outcome {
        guard bytes.count <= Limits.fileByteCount else {
            let error = SettingsError.tooLarge(path: name, limit: Limits.fileByteCount)
            return (nil, [finding(error.reason, in: name, at: .start)])
        }
        var reading = Reading(file: name, environment: environment)
        do throws(YAMLError) {
            var document = DocumentReader(bytes)
            let root = try document.document() ?? .mapping([], .start)
            for mistake in document.mistakes { reading.error(mistake.text, at: mistake.place) }
            var settings = reading.settings(Item(node: root, owner: .start, path: "", pattern: ""))
            settings.fingerprint = fingerprint(of: bytes)
            settings.path = name
            return (reading.hasErrors ? nil : settings, reading.sortedFindings)
        } catch {
            return (nil, [finding(error.text, in: name, at: error.place)])
        }
    }

    static func finding(_ text: String, in file: String, at place: Place) -> SettingsFinding {
        SettingsFinding(file: file, line: place.line, column: place.column, severity: .error, text: text)
    }

    /// Half of 64-bit FNV-1a: tells versions of a file apart, and promises no more.
    private static func fingerprint(of bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String((String(repeating: "0", count: 16 - digits.count) + digits).prefix(8))
    }
}

extension Settings {
    /// What a file is read into.
    static var empty: Settings { Settings(hostname: "", postmaster: Address(localPart: "", domain: "")) }
}

extension Reading {
    /// All of the file, what it leaves out, and what its parts say of each other.
    fileprivate mutating func settings(_ root: Item) -> Settings {
        var settings = Settings.empty
        read(root, into: &settings, Settings.keys)
        if root.place(of: "hostname") == nil { settings.hostname = machineName() }
        if root.place(of: "listeners") == nil {
            for listener in settings.listeners {
                declare(.listener, .init(text: listener.name, isPlain: true, place: .start), path: "")
            }
        }
        settings.reports.stream = settings.reports.stream ?? settings.defaultStream
        // Where something else is wrong, default_stream may be what was meant.
        if settings.reports.stream == nil && !settings.streams.isEmpty && !hasErrors {
            error(
                "reports.stream: delivery reports need a stream; set this or default_stream",
                at: root.place(of: "reports") ?? .start)
        }
        checkNames()
        if !hasErrors { checkAddresses(settings, root) }
        return settings
    }

    private mutating func machineName() -> String {
        let name = environment.hostname() ?? ""
        if !HostName.isValid(name) || !name.contains(".") {
            error("hostname: not set, and the machine's own name \(quoted(name)) has no dot", at: .start)
        }
        return name
    }
}
