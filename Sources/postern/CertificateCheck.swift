import RelaySettings
import TLSEngine

/// Whether the certificates that the settings name can be used: read as `serve` will read them.
enum CertificateCheck {
    @Sendable static func findings(_ settings: Settings) -> [SettingsFinding] {
        settings.listeners.compactMap { listener in
            guard listener.tls != .off, let certificate = listener.certificateFile else { return nil }
            return finding(at: certificate) { () throws(TLSError) in
                _ = try TLSContext.server(
                    certificateFile: certificate, keyFile: listener.keyFile ?? certificate)
            }
        }
            + trustFiles(settings).compactMap { file in
                finding(at: file) { () throws(TLSError) in _ = try TLSContext.client(trust: .file(file)) }
            }
    }

    private static func trustFiles(_ settings: Settings) -> [String] {
        Set(settings.streams.values.flatMap { $0.smartHosts.compactMap(\.caFile) }).sorted()
    }

    private static func finding(
        at file: String, _ load: () throws(TLSError) -> Void
    ) -> SettingsFinding? {
        do throws(TLSError) {
            try load()
            return nil
        } catch {
            return SettingsFinding(file: file, line: 1, column: 1, severity: .error, text: "\(error)")
        }
    }
}
