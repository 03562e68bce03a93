import COpenSSL

/// A certificate, and the key that belongs to it, as PEM texts.
public struct CertificateAndKey: Sendable {
    /// One or more certificates, the leaf first.
    public let certificatePEM: [UInt8]
    /// The private key, not encrypted.
    public let keyPEM: [UInt8]
}

/// When a certificate is valid.
public struct CertificateValidity: Sendable {
    let beginsAt: Int64
    let seconds: Int64

    /// From a point in Unix seconds on, for so long.
    public init(from secondsSince1970: Int64, lasting span: Duration) {
        beginsAt = secondsSince1970
        seconds = span.components.seconds
    }
}

/// A certificate of its own making: for a listener that was given none.
public enum SelfSignedCertificate {
    /// For DNS names and IP addresses; the first is also the subject.
    public static func make(
        names: [String], validity: CertificateValidity
    ) throws(TLSError) -> CertificateAndKey {
        let key = try PrivateKey()
        let certificate = try UnsignedCertificate(subject: names.first ?? "", key: key, validity)
        try certificate.describeServer(names)
        return try certificate.sign(issuer: nil, with: key).joined(with: key)
    }
}

/// A certificate authority for demonstrations and tests: made on the spot, its key kept in memory only.
public struct ThrowAwayAuthority: Sendable {
    private let authority: CertificateAndKey

    /// A new authority with a new key.
    public init(name: String, validity: CertificateValidity) throws(TLSError) {
        let key = try PrivateKey()
        let certificate = try UnsignedCertificate(subject: name, key: key, validity)
        try certificate.add(NID_basic_constraints, "critical,CA:TRUE")
        try certificate.add(NID_key_usage, "critical,keyCertSign,cRLSign")
        authority = try certificate.sign(issuer: nil, with: key).joined(with: key)
    }

    /// What a client must trust.
    public var certificatePEM: [UInt8] { authority.certificatePEM }

    /// A server's certificate under this authority.
    public func issue(names: [String], validity: CertificateValidity) throws(TLSError) -> CertificateAndKey {
        let own = try PEMSource(authority.certificatePEM, name: "authority")
        guard let issuer = try own.nextCertificate() else { throw own.unusable("holds no certificate") }
        defer { X509_free(issuer) }
        let issuerKey = PrivateKey(
            owning: try PEMSource(authority.keyPEM, name: "authority's key").privateKey())
        let key = try PrivateKey()
        let certificate = try UnsignedCertificate(subject: names.first ?? "", key: key, validity)
        try certificate.describeServer(names)
        return try certificate.sign(issuer: issuer, with: issuerKey).joined(with: key)
    }
}

/// An elliptic key on P-256.
private struct PrivateKey: ~Copyable {
    let pointer: OpaquePointer

    init() throws(TLSError) {
        ErrorStack.clear()
        guard let pointer = shim_EVP_EC_gen("P-256") else { throw .engine(ErrorStack.takeText()) }
        self.pointer = pointer
    }

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }
}

/// A certificate in the making.
private struct UnsignedCertificate: ~Copyable {
    private let pointer: OpaquePointer

    init(subject: String, key: borrowing PrivateKey, _ validity: CertificateValidity) throws(TLSError) {
        ErrorStack.clear()
        guard let pointer = X509_new() else { throw .engine(ErrorStack.takeText()) }
        let isComplete =
            X509_set_version(pointer, 2) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(pointer), Self.randomSerial()) == 1
            && ASN1_TIME_set(X509_getm_notBefore(pointer), Int(validity.beginsAt)) != nil
            && ASN1_TIME_set(X509_getm_notAfter(pointer), Int(validity.beginsAt + validity.seconds)) != nil
            && X509_set_pubkey(pointer, key.pointer) == 1
            && X509_NAME_add_entry_by_txt(
                X509_get_subject_name(pointer), "CN", MBSTRING_UTF8, Array(subject.utf8.prefix(64)),
                Int32(min(subject.utf8.count, 64)), -1, 0) == 1
        guard isComplete else {
            X509_free(pointer)
            throw .engine(ErrorStack.takeText())
        }
        self.pointer = pointer
    }

    deinit { X509_free(pointer) }

    func describeServer(_ names: [String]) throws(TLSError) {
        try add(NID_basic_constraints, "critical,CA:FALSE")
        try add(NID_ext_key_usage, "serverAuth")
        guard let list = GENERAL_NAMES_new() else { throw .engine(ErrorStack.takeText()) }
        defer { GENERAL_NAMES_free(list) }
        for name in names {
            guard let entry = Self.generalName(name), shim_GENERAL_NAMES_push(list, entry) > 0 else {
                throw .engine("\(name): \(ErrorStack.takeText())")
            }
        }
        guard X509_add1_ext_i2d(pointer, NID_subject_alt_name, UnsafeMutableRawPointer(list), 0, 0) == 1
        else {
            throw .engine(ErrorStack.takeText())
        }
    }

    func add(_ identifier: Int32, _ value: String) throws(TLSError) {
        ErrorStack.clear()
        guard let entry = X509V3_EXT_conf_nid(nil, nil, identifier, value) else {
            throw .engine(ErrorStack.takeText())
        }
        defer { X509_EXTENSION_free(entry) }
        guard X509_add_ext(pointer, entry, -1) == 1 else { throw .engine(ErrorStack.takeText()) }
    }

    /// Without an issuer it is its own.
    func sign(issuer: OpaquePointer?, with key: borrowing PrivateKey) throws(TLSError) -> PEMText {
        ErrorStack.clear()
        guard X509_set_issuer_name(pointer, X509_get_subject_name(issuer ?? pointer)) == 1,
            X509_sign(pointer, key.pointer, EVP_sha256()) > 0
        else { throw .engine(ErrorStack.takeText()) }
        return try PEMText { bio in PEM_write_bio_X509(bio, pointer) }
    }

    /// An IP address if it reads as one, else a DNS name.
    private static func generalName(_ name: String) -> UnsafeMutablePointer<GENERAL_NAME>? {
        ErrorStack.clear()
        if let address = a2i_GENERAL_NAME(nil, nil, nil, GEN_IPADD, name, 0) { return address }
        ErrorStack.clear()
        return a2i_GENERAL_NAME(nil, nil, nil, GEN_DNS, name, 0)
    }

    private static func randomSerial() -> UInt64 {
        var serial: UInt64 = 0
        // Serial numbers need only differ; OpenSSL's failure leaves a valid one.
        _ = withUnsafeMutableBytes(of: &serial) { RAND_bytes($0.baseAddress, Int32($0.count)) }
        return serial >> 1 | 1
    }
}

/// What OpenSSL wrote into a memory BIO.
private struct PEMText {
    let bytes: [UInt8]

    init(_ write: (OpaquePointer) -> Int32) throws(TLSError) {
        guard let bio = BIO_new(BIO_s_mem()) else { throw .engine(ErrorStack.takeText()) }
        defer { BIO_free(bio) }
        guard write(bio) == 1 else { throw .engine(ErrorStack.takeText()) }
        bytes = Certificate.contents(of: bio)
    }

    func joined(with key: borrowing PrivateKey) throws(TLSError) -> CertificateAndKey {
        let pointer = key.pointer
        let text = try PEMText { PEM_write_bio_PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
        return CertificateAndKey(certificatePEM: bytes, keyPEM: text.bytes)
    }
}
