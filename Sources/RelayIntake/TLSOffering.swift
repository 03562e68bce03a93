import MailSyntax
import RelaySettings
import SMTPProtocol
import TLSEngine

/// What a listener offers of TLS: the certificate of its configuration, or one made on the spot.
struct TLSOffering: Sendable {
    /// How a session begins.
    let offer: ServerSession.TLSOffer
    /// nil when TLS is off.
    let context: TLSContext?

    init(_ listener: ListenerSettings, hostname: String, now: Timestamp) throws(TLSError) {
        offer =
            switch listener.tls {
            case .off: .off
            case .offered: .offered
            case .required: .required
            }
        guard listener.tls != .off else {
            context = nil
            return
        }
        context = try Self.context(listener, hostname: hostname, now: now)
    }

    private static func context(
        _ listener: ListenerSettings, hostname: String, now: Timestamp
    ) throws(TLSError) -> TLSContext {
        if let certificate = listener.certificateFile {
            return try .server(
                certificateFile: certificate, keyFile: listener.keyFile ?? certificate, minimum: .tls12)
        }
        let validity = CertificateValidity(
            from: now.millisecondsSince1970 / 1000 - Limits.clockSkewSeconds,
            lasting: Limits.selfSignedValidity)
        let made = try SelfSignedCertificate.make(names: [hostname], validity: validity)
        return try .server(certificatePEM: made.certificatePEM, keyPEM: made.keyPEM, minimum: .tls12)
    }
}
