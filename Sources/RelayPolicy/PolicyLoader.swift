package import RelaySettings
import SieveEngine

extension Policy {
    /// The policy, or nil if there is an error among the findings; these name each script by its path.
    package typealias Outcome = (policy: Policy?, findings: [SettingsFinding])

    /// What the relay has to offer to scripts.
    static let services: Set<SieveService> = [.deferral]

    /// Reads and compiles every script that the settings name.
    package static func load(
        _ settings: Settings, environment: SettingsEnvironment = .system
    ) -> Outcome {
        var options = CompileOptions(streamNames: settings.streamNames)
        options.services = services
        var scripts: [SieveScript] = []
        var hasher = Hasher()
        var findings: [SettingsFinding] = []
        for path in settings.policy.scripts {
            do throws(SettingsError) {
                let source = try environment.read(path, Limits.scriptByteCount)
                hasher.combine(source)
                let name = String(
                    path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
                let (script, diagnostics) = SieveScript.compile(source, name: name, options)
                if let script { scripts.append(script) }
                findings += diagnostics.map { SettingsFinding($0, in: path) }
            } catch {
                findings.append(
                    SettingsFinding(file: path, line: 1, column: 1, severity: .error, text: error.reason))
            }
        }
        guard scripts.count == settings.policy.scripts.count else { return (nil, findings) }
        return (Policy(scripts, settings, fingerprint: hasher.finalize()), findings)
    }
}
