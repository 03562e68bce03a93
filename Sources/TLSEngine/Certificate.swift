import COpenSSL
import Glibc

/// Reading an X.509 certificate for messages; what a peer wrote into it is made printable.
enum Certificate {
    /// `CN=smtp.example,O=Example`.
    static func subject(of certificate: OpaquePointer) -> String {
        text(of: X509_get_subject_name(certificate))
    }

    /// The same of who signed it.
    static func issuer(of certificate: OpaquePointer) -> String {
        text(of: X509_get_issuer_name(certificate))
    }

    /// The last moment that it is good for, in seconds since 1970.
    static func validUntil(_ certificate: OpaquePointer) -> Int64? {
        var time = tm()
        guard let end = X509_get0_notAfter(certificate), ASN1_TIME_to_tm(end, &time) == 1 else { return nil }
        return Int64(timegm(&time))
    }

    private static func text(of name: OpaquePointer?) -> String {
        guard let name, let text = BIO_new(BIO_s_mem()) else { return "?" }
        defer { BIO_free(text) }
        X509_NAME_print_ex(text, name, 0, shim_XN_FLAG_RFC2253)
        let subject = printable(contents(of: text))
        return subject.isEmpty ? "a certificate without a subject" : subject
    }

    /// The DNS names of the certificate, the first few of them.
    static func names(of certificate: OpaquePointer) -> [String] {
        guard let found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(found)
        defer { GENERAL_NAMES_free(names) }
        let count = min(Int(shim_GENERAL_NAMES_count(names)), Limits.presentedNameCount)
        return (0..<count).compactMap { index in
            guard let name = shim_GENERAL_NAMES_at(names, Int32(index)),
                let text = shim_GENERAL_NAME_dns(name),
                let start = ASN1_STRING_get0_data(text)
            else { return nil }
            return printable(Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(text)))))
        }
    }

    /// What was written into a memory BIO.
    static func contents(of bio: OpaquePointer) -> [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = shim_BIO_get_mem_data(bio, &start)
        guard let start, count > 0 else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    private static func printable(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.prefix(255).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self)
    }
}

/// Why OpenSSL did not accept a certificate.
struct CertificateRefusal {
    let code: Int32
    let subject: String
    let names: [String]

    /// From within OpenSSL's verification of a chain.
    init(_ verification: OpaquePointer) {
        code = X509_STORE_CTX_get_error(verification)
        let certificate = X509_STORE_CTX_get_current_cert(verification)
        subject = certificate.map(Certificate.subject) ?? "the peer"
        names = certificate.map(Certificate.names) ?? []
    }

    func error(expectedName: String) -> TLSError {
        let reason = String(cString: X509_verify_cert_error_string(Int(code)))
        switch code {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return .nameMismatch(expected: expectedName, presented: names)
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
            return .outsideValidity(reason: reason, subject: subject)
        default: return .untrusted(reason: reason, subject: subject)
        }
    }
}
