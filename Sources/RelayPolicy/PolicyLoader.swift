import ProgramRunner
package import RelaySettings
import SieveEngine

extension Policy {
    /// The policy, or nil if there is an error among the findings; these name each script by its path.
    package typealias Outcome = (policy: Policy?, findings: [SettingsFinding])

    /// Reads and compiles every script that the settings name.
    package static func load(
        _ settings: Settings, environment: SettingsEnvironment = .system
    ) -> Outcome {
        var loader = PolicyLoader(settings, environment)
        let lists = loader.lists()
        loader.checkPatterns()
        let scripts = loader.scripts(settings.policy.scripts, for: .message)
        let recipientScripts = loader.scripts(settings.policy.recipientScripts, for: .recipient)
        let programs = loader.programs()
        guard !loader.findings.contains(where: { $0.severity == .error }) else {
            return (nil, loader.findings)
        }
        let policy = Policy(
            scripts, recipientScripts: recipientScripts, settings, lists: lists,
            programs: programs, fingerprint: loader.hasher.finalize())
        return (policy, loader.findings)
    }
}

/// Reads the files that a policy is made of.
struct PolicyLoader {
    /// When a script runs, which is what it can know.
    enum Hook {
        /// At the end of a message.
        case message
        /// At RCPT.
        case recipient
    }

    private let settings: Settings
    private let environment: SettingsEnvironment
    private(set) var findings: [SettingsFinding] = []
    /// Of all that was read.
    private(set) var hasher = Hasher()

    init(_ settings: Settings, _ environment: SettingsEnvironment) {
        self.settings = settings
        self.environment = environment
    }

    /// Every list under the name that scripts know it by.
    mutating func lists() -> [String: SieveList] {
        var lists: [String: SieveList] = [:]
        for (name, path) in settings.policy.lists.sorted(by: { $0.key < $1.key }) {
            guard let bytes = read(path, Limits.listByteCount) else { continue }
            let entries = PolicyList.entries(of: bytes)
            if entries.count > Limits.listEntryCount {
                fail(path, "the list has more than \(Limits.listEntryCount) entries")
            }
            lists[PolicyList.name(name)] = SieveList(entries)
        }
        return lists
    }

    /// Tells of patterns that are no regular expressions, where they stand in the configuration.
    mutating func checkPatterns() {
        for (name, pattern) in settings.policy.patterns.sorted(by: { $0.key < $1.key }) {
            guard let fault = SieveExpression.fault(of: pattern) else { continue }
            findings.append(
                SettingsPlaces(path: settings.path, environment: environment).finding(
                    .error, "policy.patterns.\(name): no regular expression: \(fault)",
                    at: ["policy", "patterns", name]))
        }
    }

    mutating func scripts(_ paths: [String], for hook: Hook) -> [Policy.NamedScript] {
        let options = Self.options(settings, for: hook)
        return paths.compactMap { path in
            guard let source = read(path, Limits.scriptByteCount) else { return nil }
            let name = Self.name(of: path)
            var files = options
            files.included = Self.included(beside: path, environment)
            let (script, diagnostics) = SieveScript.compile(source, name: name, files)
            findings += diagnostics.map { SettingsFinding($0, of: name, in: path) }
            return script.map { Policy.NamedScript(path: path, script: $0) }
        }
    }

    private mutating func read(_ path: String, _ limit: Int) -> [UInt8]? {
        do throws(SettingsError) {
            let bytes = try environment.read(path, limit)
            hasher.combine(bytes)
            return bytes
        } catch {
            fail(path, error.reason)
            return nil
        }
    }

    private mutating func fail(_ path: String, _ text: String) {
        findings.append(SettingsFinding(file: path, line: 1, column: 1, severity: .error, text: text))
    }

    // MARK: Programs

    /// The folder of programs, ready to run them.
    mutating func programs() -> ProgramFolder? {
        guard let path = settings.policy.programFolder else { return nil }
        for name in ProgramFolder.names(in: path, limit: Limits.programFileCount) {
            if let fault = ProgramFolder.fault(of: name, in: path) { failPrograms(fault) }
        }
        do throws(ProgramError) {
            return try ProgramFolder(path, timeout: settings.policy.programTimeout)
        } catch {
            failPrograms("\(error)")
            return nil
        }
    }

    private mutating func failPrograms(_ text: String) {
        findings.append(
            SettingsPlaces(path: settings.path, environment: environment).finding(
                .error, "policy.programs: \(text)", at: ["policy", "programs"]))
    }

    // MARK: What scripts may refer to

    /// What a script may use; without settings any name will do.
    static func options(_ settings: Settings?, for hook: Hook) -> CompileOptions {
        var options = CompileOptions(streamNames: settings?.streamNames)
        options.folderNames = settings?.policy.folders.keys.sorted()
        options.listNames = settings?.policy.lists.keys.sorted().map(PolicyList.name)
        options.programNames = settings.map { settings in
            settings.policy.programFolder.map {
                ProgramFolder.names(in: $0, limit: Limits.programFileCount)
            } ?? []
        }
        options.patterns = settings?.policy.patterns ?? [:]
        options.services = services(for: hook)
        options.hasMessage = hook == .message
        return options
    }

    private static func services(for hook: Hook) -> Set<SieveService> {
        let always: Set<SieveService> = [.clock, .environment, .lists, .memory, .scripts, .deferral]
        switch hook {
        case .recipient: return always
        case .message:
            return always.union([
                .body, .bodyEdits, .folders, .notices, .deliveryStatus, .programs, .scanners,
            ])
        }
    }

    /// What rules call a script.
    static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    /// The path of a script that another one includes, by what rules call it.
    static func path(of name: String, beside path: String) -> String {
        path.dropLast(Self.name(of: path).count) + name
    }

    /// Scripts that others include lie beside them; `:global` ones in the folder `global` there.
    static func included(
        beside path: String, _ environment: SettingsEnvironment
    ) -> @Sendable (CompileOptions.IncludeLocation, String) -> [UInt8]? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return { location, name in
            guard !name.contains("/"), !name.isEmpty, name != "..", name != "." else { return nil }
            let place = location == .global ? "\(folder)/global" : folder
            for file in ["\(place)/\(name)", "\(place)/\(name).sieve"] {
                // What is not there under one name may be there under the other.
                if let bytes = try? environment.read(file, Limits.scriptByteCount) { return bytes }
            }
            return nil
        }
    }
}

/// Lists of the configuration (RFC 6134).
enum PolicyList {
    /// The name that scripts know a list by.
    static func name(_ name: String) -> String { ":postern:\(name)" }

    /// An entry a line; blanks around it, empty lines and lines that begin with `#` do not count.
    static func entries(of bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
            let entry = line.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }
            let text = String(entry.reversed())
            return text.isEmpty || text.hasPrefix("#") ? nil : text
        }
    }
}
