import PosternTestSupport
import Testing

@testable import TLSEngine

@Suite struct TLSContextTests {
    @Test func `files are read and their faults told by name`() throws {
        let folder = try TemporaryFolder()
        let one = try SelfSignedCertificate.make(names: ["a.example"], validity: TestAuthority.validity)
        let other = try SelfSignedCertificate.make(names: ["b.example"], validity: TestAuthority.validity)
        let certificate = try folder.write("a.crt", one.certificatePEM)
        let key = try folder.write("a.key", one.keyPEM)
        _ = try TLSContext.server(certificateFile: certificate, keyFile: key)

        let wrongKey = try folder.write("b.key", other.keyPEM)
        #expect(throws: TLSError.keyMismatch(certificate: certificate, key: wrongKey)) {
            try TLSContext.server(certificateFile: certificate, keyFile: wrongKey)
        }
        #expect(throws: TLSError.unusableFile(name: key, reason: "holds no certificate")) {
            try TLSContext.server(certificateFile: key, keyFile: key)
        }
        #expect(
            throws: TLSError.unusableFile(
                name: certificate, reason: "holds no usable private key (unsupported)")
        ) {
            try TLSContext.server(certificateFile: certificate, keyFile: certificate)
        }
        #expect(throws: TLSError.unusableFile(name: "/nowhere", reason: "No such file or directory")) {
            try TLSContext.server(certificateFile: "/nowhere", keyFile: key)
        }
        #expect(throws: TLSError.unusableFile(name: "/nowhere", reason: "No such file or directory")) {
            try TLSContext.client(trust: .file("/nowhere"))
        }
        _ = try TLSContext.client(trust: .file(certificate))
    }

    @Test func `an encrypted key is refused without asking for a password`() throws {
        let one = try SelfSignedCertificate.make(names: ["a.example"], validity: TestAuthority.validity)
        let encrypted = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjMMIkJb3lXoAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEA==
            -----END ENCRYPTED PRIVATE KEY-----
            """
        #expect(throws: TLSError.self) {
            try TLSContext.server(certificatePEM: one.certificatePEM, keyPEM: Array(encrypted.utf8))
        }
    }

    @Test func `the system's trust store can be used`() throws { _ = try TLSContext.client(trust: .system) }

    @Test func `a name that no certificate can have is refused`() throws {
        let client = try TLSContext.client(trust: .nothing)
        #expect(throws: TLSError.self) {
            _ = try TLSSession(client: client, name: String(repeating: "a", count: 300))
        }
    }

    @Test func `versions are ordered by age and read from settings`() {
        #expect(TLSVersion.tls10 < .tls12 && .tls12 < .tls13)
        #expect(TLSVersion(rawValue: "1.2") == .tls12 && TLSVersion(rawValue: "1.1") == nil)
    }
}
