import MailSpool
import RelayControl
import RelayDelivery
import RelayEvents
import RelayIntake
import RelayPolicy
import RelaySettings
import Transport

/// The reload: one transaction. All that can fail comes first and changes nothing; then all changes, and cannot fail.
extension Relay {
    /// Takes up the configuration as it is on disk now, or tells why not. One at a time: see `ReloadDesk`.
    func reload(_ path: String) async -> ReloadDocument {
        let old = inForce.configuration
        do throws(Configuration.Refusal) {
            let new = try await Configuration.readAside(path)
            let difference = SettingsChange(from: old.settings, to: new.settings)
            try Self.refuseBound(difference.boundKeys, in: path)
            let change = try await prepareIntake(new, path)
            await adopt(new, change)
            let changed = difference.parts + Self.changedFiles(from: old, to: new, change)
            tellReloaded(new.settings, from: old.settings, changed, change)
            return ReloadDocument(
                isInForce: true, configuration: new.settings.fingerprint, changed: changed,
                findings: new.findings.map(ReloadDocument.Finding.init))
        } catch {
            tellFailed(error)
            return ReloadDocument(
                isInForce: false, configuration: old.settings.fingerprint, changed: [],
                findings: error.findings.map(ReloadDocument.Finding.init))
        }
    }

    private static func refuseBound(_ keys: [String], in path: String) throws(Configuration.Refusal) {
        guard !keys.isEmpty else { return }
        let places = SettingsPlaces(path: path)
        throw Configuration.Refusal(
            findings: keys.map { key in
                places.finding(
                    .error, "\(key): the change takes a restart",
                    at: key.split(separator: ".").map(String.init))
            })
    }

    private func prepareIntake(
        _ new: Configuration, _ path: String
    ) async throws(Configuration.Refusal) -> IntakeChange {
        do { return try await intake.prepare(services.under(new.settings, new.policy)) } catch {
            let places = SettingsPlaces(path: path)
            throw Configuration.Refusal(
                findings: [places.finding(.error, "listeners: \(error)", at: ["listeners"])])
        }
    }

    private func adopt(_ new: Configuration, _ change: IntakeChange) async {
        // Streams come first: mail that new sessions bring for a new one finds it there.
        streams.adopt(new.settings)
        await intake.adopt(change)
        events.change(
            level: EventLevel(new.settings.log.level), tellsDialogues: new.settings.log.protocolDialogue)
        inForce.configuration = new
        retrialBell.ringForAll()
    }

    /// What changed behind paths that stayed the same.
    private static func changedFiles(
        from old: Configuration, to new: Configuration, _ change: IntakeChange
    ) -> [String] {
        (old.policy.fingerprint == new.policy.fingerprint ? [] : ["policy.scripts"])
            + change.renewedCertificates.map { "listeners.\($0).certificate" }
    }

    private func tellReloaded(
        _ new: Settings, from old: Settings, _ changed: [String], _ change: IntakeChange
    ) {
        for name in change.renewedCertificates {
            let listener = new.listeners.first { $0.name == name }
            events.tell(
                .certificateReloaded(CertificateReloaded(listener: name, path: listener?.certificateFile)))
        }
        events.tell(
            .reloaded(
                Reloaded(
                    configuration: new.fingerprint, previous: old.fingerprint, changed: changed)))
    }

    private func tellFailed(_ refusal: Configuration.Refusal) {
        let reason = refusal.reason
        events.tell(refusal.isPolicy ? .policyReloadFailed(reason: reason) : .reloadFailed(reason: reason))
    }
}

extension ReloadDocument.Finding {
    fileprivate init(_ finding: SettingsFinding) {
        self.init(
            file: finding.file, line: finding.line, column: finding.column,
            severity: finding.severity.rawValue, text: finding.text)
    }
}
