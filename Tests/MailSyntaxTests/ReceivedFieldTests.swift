import MailSyntax
import Testing

@Suite struct ReceivedFieldTests {
    private func origin(client: String = "10.1.2.3", helo: String = "pc7", tls: String? = nil) -> Origin {
        Origin(
            client: client, heloName: helo, listener: "lan", tls: tls,
            protocolName: tls == nil ? "ESMTP" : "ESMTPS",
            receivedAt: Timestamp(millisecondsSince1970: 1_795_251_600_000))
    }

    private func compose(_ origin: Origin, to recipient: Address? = nil, isAnonymous: Bool = false) -> String
    {
        String(
            decoding: ReceivedField.compose(
                origin: origin, hostname: "relay.example", id: "0A1B2C3D4E5F6", recipient: recipient,
                isAnonymous: isAnonymous), as: UTF8.self)
    }

    @Test func `the field tells client, us, protocol, ID, recipient and time`() {
        let text = compose(origin(tls: "TLSv1.3 TLS_AES_256_GCM_SHA384"), to: Address("ann@x.example"))
        #expect(
            text == "Received: from pc7 ([10.1.2.3])\r\n"
                + "\tby relay.example with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
                + "\tid 0A1B2C3D4E5F6 for <ann@x.example>; Sat, 21 Nov 2026 09:00:00 +0000\r\n")
    }

    @Test func `an IPv6 client is written as a literal`() {
        #expect(
            compose(origin(client: "2001:db8::1")).hasPrefix("Received: from pc7 ([IPv6:2001:db8::1])\r\n"))
    }

    @Test func `an anonymous field tells of us alone`() {
        let text = compose(origin(tls: "TLSv1.3"), to: Address("ann@x"), isAnonymous: true)
        #expect(
            text == "Received: by relay.example with ESMTPS\r\n"
                + "\tid 0A1B2C3D4E5F6; Sat, 21 Nov 2026 09:00:00 +0000\r\n")
    }

    @Test func `our own mail comes from nowhere`() {
        #expect(
            compose(origin(client: ReceivedField.localClient)).hasPrefix("Received: by relay.example with"))
    }

    @Test func `a local user is told by number`() {
        var origin = origin(client: "127.0.0.1")
        (origin.protocolName, origin.user) = (ReceivedField.localProtocol, "uid:1000")
        #expect(compose(origin).hasPrefix("Received: by relay.example with local (uid:1000)\r\n"))
    }

    @Test func `a client cannot bend the field with its name`() {
        let text = compose(origin(helo: "a)(\r\nBcc: eve; \"x\u{E4}"))
        #expect(text.hasPrefix("Received: from a????Bcc:?eve???x?? ([10.1.2.3])\r\n"))
        #expect(HeaderBlock(Array(text.utf8)).fields.count == 1)
    }
}
