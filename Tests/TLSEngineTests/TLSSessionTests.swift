import COpenSSL
import Testing

@testable import TLSEngine

@Suite struct TLSSessionTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority() }

    @Test func `two sides agree and carry data both ways`() throws {
        let pair = try Pair(authority.client(), authority.server())
        try pair.shakeHands()
        let facts = try #require(pair.clientFacts)
        #expect(facts.description == "TLSv1.3 TLS_AES_256_GCM_SHA384")
        #expect(facts.verified && !facts.resumed)
        #expect(facts.peerSubject == "CN=mail.example")
        #expect(try #require(pair.serverFacts).verified == false)

        let sent = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try pair.client.write(sent)
        pair.clientToServer()
        #expect(try pair.server.readAll().bytes == sent)
        try pair.server.write(Array("250 ok".utf8))
        pair.serverToClient()
        #expect(try pair.client.readAll().bytes == Array("250 ok".utf8))
    }

    @Test func `ciphertext may come byte by byte`() throws {
        let pair = try Pair(authority.client(), authority.server())
        try pair.shakeHands()
        try pair.client.write(Array("hello".utf8))
        var seen: [UInt8] = []
        for byte in pair.client.takeOutput() {
            [byte].withUnsafeBytes { pair.server.receive($0) }
            seen += try pair.server.readAll().bytes
        }
        #expect(seen == Array("hello".utf8))
    }

    @Test func `a certificate for another name is told with its names`() throws {
        let pair = try Pair(authority.client(), authority.server(["a.example", "b.example"]))
        let error = #expect(throws: TLSError.self) { try pair.shakeHands() }
        #expect(error == .nameMismatch(expected: "mail.example", presented: ["a.example", "b.example"]))
        #expect(error?.description == "the certificate is for a.example, b.example, not for mail.example")
    }

    @Test func `the refusing side tells the other why`() throws {
        let pair = try Pair(authority.client(), authority.server(["a.example"]))
        #expect(throws: TLSError.self) { try pair.shakeHands() }
        pair.clientToServer()
        let error = #expect(throws: TLSError.self) { try pair.server.handshake() }
        guard case .refusedByPeer = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test(arguments: [
        ("*.lan.example", "mail.lan.example", true), ("*.lan.example", "a.mail.lan.example", false),
        ("m*.lan.example", "mail.lan.example", false), ("MAIL.example", "mail.EXAMPLE.", true),
    ])
    func `names match by label, without case, with no partial wildcards`(names: (String, String, Bool)) throws
    {
        let pair = try Pair(authority.client(), authority.server([names.0]), name: names.1)
        if names.2 { try pair.shakeHands() } else { #expect(throws: TLSError.self) { try pair.shakeHands() } }
        #expect((pair.clientFacts != nil) == names.2)
    }

    @Test(arguments: [("192.0.2.7", true), ("192.0.2.8", false), ("2001:db8::7", true)])
    func `an address is verified as an address`(address: (String, Bool)) throws {
        let pair = try Pair(
            authority.client(), authority.server(["192.0.2.7", "2001:db8::7"]), name: address.0)
        if address.1 {
            try pair.shakeHands()
        } else {
            #expect(throws: TLSError.self) { try pair.shakeHands() }
        }
        #expect((pair.clientFacts?.verified ?? false) == address.1)
    }

    @Test func `a chain to an unknown root is not trusted`() throws {
        let pair = try Pair(TestAuthority(name: "Another").client(), authority.server())
        let error = #expect(throws: TLSError.self) { try pair.shakeHands() }
        #expect(
            error == .untrusted(reason: "unable to get local issuer certificate", subject: "CN=mail.example"))
    }

    @Test func `a self-signed certificate is trusted only by name`() throws {
        let own = try SelfSignedCertificate.make(names: ["mail.example"], validity: TestAuthority.validity)
        let server = try TLSContext.server(certificatePEM: own.certificatePEM, keyPEM: own.keyPEM)
        let refused = try Pair(authority.client(), server)
        let error = #expect(throws: TLSError.self) { try refused.shakeHands() }
        #expect(error?.description.contains("self-signed certificate") == true)
        let trusting = try Pair(.client(trust: .pem(own.certificatePEM)), server)
        try trusting.shakeHands()
        #expect(trusting.clientFacts?.verified == true)
    }

    @Test func `an expired certificate is told as such`() throws {
        let pair = try Pair(authority.client(), authority.server(["mail.example"], TestAuthority.past))
        let error = #expect(throws: TLSError.self) { try pair.shakeHands() }
        #expect(error == .outsideValidity(reason: "certificate has expired", subject: "CN=mail.example"))
    }

    @Test func `without verification anything goes and is said to be unverified`() throws {
        let pair = try Pair(.client(trust: .nothing), authority.server(["a.example"], TestAuthority.past))
        try pair.shakeHands()
        #expect(pair.clientFacts?.verified == false)
    }

    @Test func `a chain without a name to check is not called verified`() throws {
        let pair = try Pair(authority.client(), authority.server(), name: nil)
        try pair.shakeHands()
        #expect(pair.clientFacts?.verified == false)
    }

    @Test func `TLS 1_1 is refused unless allowed`() throws {
        let old = try TLSContext.client(trust: .nothing, minimum: .tls10)
        old.limit(to: TLS1_1_VERSION)
        let refused = try Pair(old, authority.server())
        let error = #expect(throws: TLSError.self) { try refused.shakeHands() }
        #expect(error?.description.contains("older than allowed") == true, "\(String(describing: error))")
        let allowed = try Pair(old, authority.server(minimum: .tls10))
        try allowed.shakeHands()
        #expect(allowed.serverFacts?.protocolName == "TLSv1.1")
    }

    @Test func `a peer that does not speak TLS is told as such`() throws {
        var client = try TLSSession(client: authority.client(), name: "mail.example")
        _ = try client.handshake()
        Array("220 mail.example ESMTP\r\n".utf8).withUnsafeBytes { client.receive($0) }
        let error = #expect(throws: TLSError.self) { try client.handshake() }
        #expect(error?.description.contains("does not speak TLS") == true, "\(String(describing: error))")
    }

    @Test func `a goodbye is an end and a cut is not`() throws {
        let polite = try Pair(authority.client(), authority.server())
        try polite.shakeHands()
        try polite.client.write([1, 2, 3])
        polite.client.close()
        polite.clientToServer()
        polite.server.receiveEnd()
        let end = try polite.server.readAll()
        #expect(end.bytes == [1, 2, 3] && end.ended)

        let cut = try Pair(authority.client(), authority.server())
        try cut.shakeHands()
        try cut.client.write([1, 2, 3])
        cut.clientToServer()
        cut.server.receiveEnd()
        #expect(throws: TLSError.truncated(inHandshake: false)) { try cut.server.readAll() }

        let early = try Pair(authority.client(), authority.server())
        _ = try early.client.handshake()
        early.client.receiveEnd()
        #expect(throws: TLSError.truncated(inHandshake: true)) { try early.client.handshake() }
    }

    @Test func `a changed byte breaks the connection`() throws {
        let pair = try Pair(authority.client(), authority.server())
        try pair.shakeHands()
        try pair.client.write([1, 2, 3])
        var bytes = pair.client.takeOutput()
        bytes[bytes.count - 1] ^= 1
        bytes.withUnsafeBytes { pair.server.receive($0) }
        #expect(throws: TLSError.self) { try pair.server.readAll() }
        // What failed once gives nothing more, and its owner may still call.
        #expect(try pair.server.readAll().ended)
        pair.server.close()
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `the second connection to a name takes up the session of the first`(version: TLSVersion) throws {
        let (client, server) = (
            try authority.client(), try authority.server(["mail.example", "other.example"])
        )
        if version == .tls12 { client.limit(to: TLS1_2_VERSION) }
        func connect(_ name: String) throws -> Bool {
            let pair = try Pair(client, server, name: name)
            try pair.shakeHands()
            // TLS 1.3 sends its tickets behind the handshake.
            _ = try pair.client.readAll()
            pair.client.close()
            let facts = try #require(pair.clientFacts)
            #expect(facts.verified)
            return facts.resumed
        }
        #expect(try !connect("mail.example"))
        #expect(try connect("mail.example"))
        #expect(try connect("mail.example"))
        #expect(try !connect("other.example"))
    }
}
