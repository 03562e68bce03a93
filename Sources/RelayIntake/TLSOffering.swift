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
    /// What the certificate was made from; nil when TLS is off.
    let identity: Identity?

    /// Tells one certificate and key from another.
    enum Identity: Hashable, Sendable {
        case selfSigned(hostname: String)
        /// The hash of what certificate and key file hold.
        case files(Int)
    }

    /// The certificate in use stays where it would be the same: then sessions are resumed as before.
    init(
        _ listener: ListenerSettings, hostname: String, now: Timestamp, before: TLSOffering? = nil
    ) throws(TLSError) {
        offer =
            switch listener.tls {
            case .off: .off
            case .offered: .offered
            case .required: .required
            }
        guard listener.tls != .off else {
            (context, identity) = (nil, nil)
            return
        }
        let identity = Identity(listener, hostname: hostname)
        self.identity = identity
        if let before, before.identity == identity, let context = before.context {
            self.context = context
        } else {
            context = try Self.context(listener, hostname: hostname, now: now)
        }
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

extension TLSOffering.Identity {
    fileprivate init(_ listener: ListenerSettings, hostname: String) {
        guard let certificate = listener.certificateFile else {
            self = .selfSigned(hostname: hostname)
            return
        }
        var hasher = Hasher()
        for file in [certificate, listener.keyFile ?? certificate] {
            // What cannot be read here cannot be used either, and whoever makes the context says why.
            hasher.combine(try? SettingsEnvironment.system.read(file, Limits.certificateByteCount))
        }
        self = .files(hasher.finalize())
    }
}
