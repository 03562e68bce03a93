import COpenSSL
import Glibc

/// One TLS connection as bytes in and bytes out; whoever owns it carries the bytes.
///
/// Ciphertext of the peer goes in by `receive`; after every call `takeOutput` holds what must be sent to the
/// peer, also after a call that threw: it may be the alert that tells the peer why.
public struct TLSSession: ~Copyable {
    /// Where a handshake stands.
    public enum Handshake: Sendable, Equatable {
        /// Both sides agree; data may flow.
        case finished(TLSFacts)
        /// More of the peer's bytes are needed.
        case wantsInput
    }

    /// What reading gave.
    public enum ReadResult: Sendable, Equatable {
        /// So many bytes were written into the buffer.
        case bytes(Int)
        /// Nothing now; more of the peer's bytes are needed.
        case wantsInput
        /// The peer said that it sends no more.
        case ended
    }

    private let ssl: OpaquePointer
    private let pipe: MemoryPipe
    private let context: TLSContext
    private let name: String?
    private var isUsable = true

    /// The accepting side of a connection.
    public init(server context: TLSContext) throws(TLSError) {
        precondition(context.isServer, "a client's context cannot accept connections")
        self.context = context
        name = nil
        pipe = MemoryPipe(remembered: nil, name: "")
        ssl = try Self.makeSSL(context, pipe)
        SSL_set_accept_state(ssl)
    }

    /// The dialling side; `name` is the host name or IP address that the certificate must be for, and is told to
    /// the server (SNI). Without a name only the chain is verified.
    public init(client context: TLSContext, name: String?) throws(TLSError) {
        precondition(!context.isServer, "a server's context cannot dial")
        let name = name.map(Self.withoutFinalDot)
        let pipe = MemoryPipe(remembered: context.remembered, name: name ?? "")
        let ssl = try Self.makeSSL(context, pipe)
        if let name, !Self.expect(name, ssl) {
            SSL_free(ssl)
            throw .engine("\(name) cannot be a name in a certificate")
        }
        SSL_set_connect_state(ssl)
        context.remembered?.propose(to: ssl, name: pipe.name)
        (self.context, self.name, self.pipe, self.ssl) = (context, name, pipe, ssl)
    }

    deinit { SSL_free(ssl) }

    /// Takes ciphertext that came from the peer.
    public mutating func receive(_ ciphertext: UnsafeRawBufferPointer) { pipe.receive(ciphertext) }

    /// Says that the peer's bytes have ended.
    public mutating func receiveEnd() { pipe.endInput() }

    /// Goes on with the handshake as far as the bytes at hand allow.
    public mutating func handshake() throws(TLSError) -> Handshake {
        ErrorStack.clear()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return .finished(facts) }
        if SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ { return .wantsInput }
        context.remembered?.forget(pipe.name)
        throw failure(inHandshake: true)
    }

    /// Decrypts into `buffer` what is there, one record at a time.
    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> ReadResult {
        guard isUsable else { return .ended }
        ErrorStack.clear()
        let result = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
        if result > 0 { return .bytes(Int(result)) }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantsInput
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: throw failure(inHandshake: false)
        }
    }

    /// Encrypts all of `plaintext`; only after the handshake.
    public mutating func write(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
        pipe.expectOutbound(plaintextByteCount: plaintext.count)
        var rest = plaintext[...]
        while !rest.isEmpty {
            ErrorStack.clear()
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Limits.writeByteCount))
            let result = SSL_write(ssl, part.baseAddress, Int32(part.count))
            guard result > 0 else { throw failure(inHandshake: false) }
            rest = rest.dropFirst(Int(result))
        }
    }

    /// Tells the peer that no more data will come (close_notify).
    public mutating func close() {
        guard isUsable, SSL_is_init_finished(ssl) == 1 else { return }
        ErrorStack.clear()
        SSL_shutdown(ssl)
    }

    /// Ciphertext for the peer, and leaves none behind.
    public mutating func takeOutput() -> [UInt8] { pipe.takeOutbound() }

    /// Whether `takeOutput` would give anything.
    public var hasOutput: Bool { !pipe.outbound.isEmpty }

    /// Ciphertext received and not read yet: how large a buffer for `read` is worth while.
    public var unreadByteCount: Int { pipe.inboundByteCount }

    private var facts: TLSFacts {
        let certificate = SSL_get0_peer_certificate(ssl)
        let isGood = SSL_get_verify_result(ssl) == Int(X509_V_OK)
        return TLSFacts(
            protocolName: String(cString: SSL_get_version(ssl)),
            cipher: String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))),
            peerSubject: certificate.map(Certificate.subject),
            peerIssuer: certificate.map(Certificate.issuer),
            peerValidUntil: certificate.flatMap(Certificate.validUntil),
            verified: context.verifies && certificate != nil && isGood && name != nil,
            resumed: SSL_session_reused(ssl) == 1)
    }

    /// After this the SSL object must not be used: OpenSSL forbids even to close it.
    private mutating func failure(inHandshake: Bool) -> TLSError {
        isUsable = false
        let errors = ErrorStack.take()
        if let refusal = pipe.refusal { return refusal.error(expectedName: name ?? "the peer") }
        return TLSError(errors, inHandshake: inHandshake)
    }

    private static func makeSSL(_ context: TLSContext, _ pipe: MemoryPipe) throws(TLSError) -> OpaquePointer {
        ErrorStack.clear()
        guard let ssl = SSL_new(context.pointer) else { throw .engine(ErrorStack.takeText()) }
        guard let bio = pipe.makeBIO() else {
            SSL_free(ssl)
            throw .engine(ErrorStack.takeText())
        }
        SSL_set_bio(ssl, bio, bio)
        _ = shim_SSL_set_app_data(ssl, Unmanaged.passUnretained(pipe).toOpaque())
        return ssl
    }

    /// RFC 6066 allows no IP address in SNI.
    private static func expect(_ name: String, _ ssl: OpaquePointer) -> Bool {
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1 { return true }
        ErrorStack.clear()
        SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return SSL_set1_host(ssl, name) == 1 && shim_SSL_set_tlsext_host_name(ssl, name) == 1
    }

    private static func withoutFinalDot(_ name: String) -> String {
        name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}

extension TLSError {
    /// What OpenSSL's reasons mean to a person.
    fileprivate init(_ errors: [ErrorStack.Entry], inHandshake: Bool) {
        // No entry at all: the bytes ended where OpenSSL wanted more.
        guard let first = errors.first(where: \.isFromSSL) ?? errors.first else {
            self = .truncated(inHandshake: inHandshake)
            return
        }
        let text = errors.map(\.text).joined(separator: "; ")
        guard first.isFromSSL else {
            self = .protocolFailure(text)
            return
        }
        switch first.reason {
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: self = .truncated(inHandshake: inHandshake)
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG:
            self = .protocolFailure("the peer does not speak TLS here (\(text))")
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW:
            self = .protocolFailure("the peer knows only a TLS version older than allowed (\(text))")
        case SSL_AD_REASON_OFFSET..<(SSL_AD_REASON_OFFSET + 256): self = .refusedByPeer(alert: text)
        default: self = .protocolFailure(text)
        }
    }
}
