import COpenSSL

/// What many TLS connections of one side have in common: certificate or trust, lowest version.
public final class TLSContext: Sendable {
    /// An SSL_CTX is reference counted and locked by OpenSSL itself, and nothing here changes it after the making.
    nonisolated(unsafe) let pointer: OpaquePointer
    let isServer: Bool
    /// Whether a client looks at the peer's certificate at all.
    let verifies: Bool
    let remembered: RememberedSessions?

    private init(
        method: OpaquePointer?, isServer: Bool, verifies: Bool, minimum: TLSVersion
    ) throws(TLSError) {
        ErrorStack.clear()
        guard let pointer = SSL_CTX_new(method) else { throw .engine(ErrorStack.takeText()) }
        self.pointer = pointer
        self.isServer = isServer
        self.verifies = verifies
        remembered = isServer ? nil : RememberedSessions()
        // Old devices know only ciphers that OpenSSL 3 has put behind level 0.
        if minimum < .tls12 { SSL_CTX_set_security_level(pointer, 0) }
        guard shim_SSL_CTX_set_min_proto_version(pointer, minimum.number) == 1 else {
            throw .engine(ErrorStack.takeText())
        }
        shim_SSL_CTX_forbid_renegotiation(pointer)
        // Released buffers save some 34 KiB on each idle connection; writes may come again from another address.
        shim_SSL_CTX_set_mode(
            pointer, Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
    }

    deinit { SSL_CTX_free(pointer) }

    /// A server's context from PEM files: the certificate, followed by its chain, and the key.
    public static func server(
        certificateFile: String, keyFile: String, minimum: TLSVersion = .tls12
    ) throws(TLSError) -> TLSContext {
        try server(
            certificate: PEMSource(file: certificateFile), key: PEMSource(file: keyFile), minimum: minimum)
    }

    /// A server's context from PEM texts.
    public static func server(
        certificatePEM: [UInt8], keyPEM: [UInt8], minimum: TLSVersion = .tls12
    ) throws(TLSError) -> TLSContext {
        try server(
            certificate: PEMSource(certificatePEM, name: "certificate"), key: PEMSource(keyPEM, name: "key"),
            minimum: minimum)
    }

    /// A client's context.
    public static func client(
        trust: TLSTrust = .system, minimum: TLSVersion = .tls12
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(
            method: TLS_client_method(), isServer: false, verifies: trust != .nothing, minimum: minimum)
        try context.believe(in: trust)
        context.rememberSessions()
        return context
    }

    private static func server(
        certificate: consuming PEMSource, key: consuming PEMSource, minimum: TLSVersion
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(
            method: TLS_server_method(), isServer: true, verifies: false, minimum: minimum)
        let names = (certificate.name, key.name)
        try context.use(certificate: certificate, key: key)
        guard SSL_CTX_check_private_key(context.pointer) == 1 else {
            ErrorStack.clear()
            throw .keyMismatch(certificate: names.0, key: names.1)
        }
        // Tickets keep the state of a session at the client: no memory here grows with the number of clients.
        shim_SSL_CTX_set_session_cache_mode(context.pointer, Int(SSL_SESS_CACHE_OFF))
        SSL_CTX_set_num_tickets(context.pointer, 1)
        return context
    }

    private func use(certificate: borrowing PEMSource, key: borrowing PEMSource) throws(TLSError) {
        guard let leaf = try certificate.nextCertificate() else {
            throw certificate.unusable("holds no certificate")
        }
        defer { X509_free(leaf) }
        guard SSL_CTX_use_certificate(pointer, leaf) == 1 else {
            throw certificate.unusable(ErrorStack.takeText())
        }
        while let link = try certificate.nextCertificate() {
            guard shim_SSL_CTX_add0_chain_cert(pointer, link) == 1 else {
                X509_free(link)
                throw certificate.unusable(ErrorStack.takeText())
            }
        }
        let privateKey = try key.privateKey()
        defer { EVP_PKEY_free(privateKey) }
        // A key of another kind than the certificate's is refused only by the check that follows.
        SSL_CTX_use_PrivateKey(pointer, privateKey)
    }

    private func believe(in trust: TLSTrust) throws(TLSError) {
        ErrorStack.clear()
        switch trust {
        case .system:
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw .unusableFile(name: "the system's trust store", reason: ErrorStack.takeText())
            }
        case .file(let path): try believe(in: PEMSource(file: path))
        case .pem(let text): try believe(in: PEMSource(text, name: "trusted certificates"))
        case .nothing: return
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER) { accepted, verification in
            guard accepted == 0, let verification,
                let ssl = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx())
            else { return accepted }
            MemoryPipe.of(OpaquePointer(ssl))?.refusal = CertificateRefusal(verification)
            return 0
        }
    }

    private func believe(in source: consuming PEMSource) throws(TLSError) {
        var count = 0
        while let root = try source.nextCertificate(), count < Limits.certificateCount {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(pointer), root)
            X509_free(root)
            count += 1
        }
        guard count > 0 else { throw source.unusable("holds no certificate") }
    }

    private func rememberSessions() {
        let mode = SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
        shim_SSL_CTX_set_session_cache_mode(pointer, Int(mode))
        SSL_CTX_sess_set_new_cb(pointer) { ssl, session in
            guard let ssl, let session, let pipe = MemoryPipe.of(ssl), let remembered = pipe.remembered else {
                return 0
            }
            remembered.remember(session, for: pipe.name)
            return 1
        }
    }
}
