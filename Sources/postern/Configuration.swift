import Dispatch
import RelayPolicy
import RelaySettings

/// The configuration and all that it names: settings and policy, or what stands against them.
struct Configuration: Sendable {
    let settings: Settings
    let policy: Policy
    /// Warnings only.
    let findings: [SettingsFinding]

    /// Why there is none.
    struct Refusal: Error {
        let findings: [SettingsFinding]
        /// A policy script is the cause.
        var isPolicy = false

        /// The first error, and how many more there are.
        var reason: String {
            let errors = findings.filter { $0.severity == .error }
            let first = errors.first.map { "\($0)" } ?? "no reason was found"
            return errors.count > 1 ? "\(first) (and \(errors.count - 1) more)" : first
        }
    }

    /// Reads the file, the scripts and the certificates that it names.
    static func read(_ path: String) throws(Refusal) -> Configuration {
        let outcome = SettingsFile.load(path: path)
        guard let settings = outcome.settings else { throw Refusal(findings: outcome.findings) }
        let (policy, scripts) = Policy.load(settings)
        guard let policy else { throw Refusal(findings: outcome.findings + scripts, isPolicy: true) }
        let certificates = CertificateCheck.findings(settings)
        let findings = outcome.findings + scripts + certificates
        guard !certificates.contains(where: { $0.severity == .error }) else {
            throw Refusal(findings: findings)
        }
        return Configuration(settings: settings, policy: policy, findings: findings)
    }

    /// The same beside the threads that carry mail: a name server that is asked for the machine's name may be silent.
    static func readAside(_ path: String) async throws(Refusal) -> Configuration {
        let outcome = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(Refusal) in try read(path) })
            }
        }
        return try outcome.get()
    }

    /// As `serve` and `demo` begin with it: all of it good, or an end with 78. `tell` hears why.
    static func load(_ path: String, tell: (String) -> Void = { _ in }) throws -> Configuration {
        do throws(Refusal) {
            let configuration = try read(path)
            for finding in configuration.findings { Output.complain("\(finding)", prefix: "") }
            return configuration
        } catch {
            for finding in error.findings { Output.complain("\(finding)", prefix: "") }
            tell(error.reason)
            throw CommandFailure(text: "\(path) cannot be used", exitCode: 78)
        }
    }
}
