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
            let name = PolicyLoader.name(of: path)
            return SieveScript.compile(source, name: name, options).diagnostics.map {
                SettingsFinding($0, of: name, in: path)
            }
        } catch {
            return [SettingsFinding(file: path, line: 1, column: 1, severity: .error, text: error.reason)]
        }
    }
}

extension SettingsFinding {
    /// One of a script of this name and path, or of one that it includes.
    init(_ diagnostic: Diagnostic, of name: String, in path: String) {
        self.init(
            file: diagnostic.file == name ? path : PolicyLoader.path(of: diagnostic.file, beside: path),
            line: diagnostic.line, column: diagnostic.column,
            severity: diagnostic.severity == .error ? .error : .warning, text: diagnostic.text)
    }
}
