/// Reads the configuration file.
package enum SettingsFile {
    /// The settings, or nil if there is an error among the findings, in order of place.
    package typealias Outcome = (settings: Settings?, findings: [SettingsFinding])

    package static func load(path: String, environment: SettingsEnvironment = .system) -> Outcome {
        do throws(SettingsError) {
            return parse(
                try environment.read(path, Limits.fileByteCount), name: path, environment: environment)
        } catch {
            return (
                nil, [SettingsFinding(file: path, line: 1, column: 1, severity: .error, text: "\(error)")]
            )
        }
    }

    package static func parse(_ bytes: [UInt8], name: String, environment: SettingsEnvironment = .system)
        -> Outcome
    {
        (nil, [])
    }
}
