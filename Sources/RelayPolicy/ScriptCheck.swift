package import RelaySettings
import SieveEngine

/// Scripts looked at by themselves, without a message and without a daemon (`postern policy check`).
package enum ScriptCheck {
    /// Everything found in one script. `settings` say which names there are; nil: any will do. `isForRecipients`: it
    /// runs at RCPT.
    package static func findings(
        in path: String, settings: Settings?, isForRecipients: Bool = false,
        environment: SettingsEnvironment = .system
    ) -> [SettingsFinding] {
        do throws(SettingsError) {
            let source = try environment.read(path, Limits.scriptByteCount)
            var options = PolicyLoader.options(settings, for: isForRecipients ? .recipient : .message)
            options.included = PolicyLoader.included(beside: path, environment)
            options.isThorough = true
            return SieveScript.compile(source, name: path, options).diagnostics.map {
                SettingsFinding($0, in: path)
            }
        } catch {
            return [SettingsFinding(file: path, line: 1, column: 1, severity: .error, text: error.reason)]
        }
    }
}

extension SettingsFinding {
    init(_ diagnostic: Diagnostic, in path: String) {
        self.init(
            file: path, line: diagnostic.line, column: diagnostic.column,
            severity: diagnostic.severity == .error ? .error : .warning, text: diagnostic.text)
    }
}
