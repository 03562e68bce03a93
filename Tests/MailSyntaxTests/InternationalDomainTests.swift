import MailSyntax
import Testing

struct InternationalDomainTests {
    @Test(arguments: [
        ("ann@b\u{FC}cher.example", "ann@xn--bcher-kva.example"),
        ("ann@B\u{DC}CHER.example", "ann@xn--bcher-kva.example"),
        ("user@\u{7D0D}\u{8C46}.example.org", "user@xn--99zt52a.example.org"),
        ("a@stra\u{DF}e.example", "a@xn--strae-oqa.example"),
        ("a@\u{43F}\u{43E}\u{447}\u{442}\u{430}.\u{440}\u{444}", "a@xn--80a1acny.xn--p1ai"),
        ("a@m\u{FC}nchen-ost.de", "a@xn--mnchen-ost-9db.de"),
        // RFC 3492 section 7.1 (B), (L)
        (
            "a@\u{4ED6}\u{4EEC}\u{4E3A}\u{4EC0}\u{4E48}\u{4E0D}\u{8BF4}\u{4E2D}\u{6587}",
            "a@xn--ihqwcrb4cv8a8dqg056pqjye"
        ),
        ("a@3\u{5E74}b\u{7D44}\u{91D1}\u{516B}\u{5148}\u{751F}", "a@xn--3b-ww4c5e180e575a65lsy2b"),
        ("ann@office.example", "ann@office.example"), ("a@[10.1.2.3]", "a@[10.1.2.3]"),
        ("\"a@b\"@\u{FC}.example", "\"a@b\"@xn--tda.example"), ("postmaster", "postmaster"),
    ])
    func `a domain beyond ASCII is what the name system has`(_ text: String, _ ascii: String) throws {
        let address = try Address(internationalized: Array(text.utf8)[...])
        #expect(address.description == ascii)
    }

    @Test(arguments: [
        "", "@", "a@", "@\u{FC}", "a@\u{FC}..x", "a@\u{FC}.", "a@-\u{FC}", "a@\u{FC}-", "a@ab--\u{FC}",
        "a@\u{301}e", "a@\u{FC} x", "a@\u{FC}_x", "a@\u{FC}\u{200D}x", "a@\u{2603}", "a@\u{FF41}\u{FF42}",
        "a@\u{FC}\u{3002}example", "a@\u{FC}/x", "a b@\u{FC}",
    ])
    func `what is no domain is none`(_ text: String) {
        #expect(throws: AddressError.malformed) {
            try Address(internationalized: Array(text.utf8)[...])
        }
    }

    @Test func `the local part stays ASCII, and all is UTF-8`() {
        for bytes in [Array("j\u{F6}rg@x.example".utf8), [0x61, 0x40, 0xFF]] {
            #expect(throws: AddressError.notASCII) { try Address(internationalized: bytes[...]) }
        }
    }

    @Test func `labels and domains have their limits`() throws {
        let label = String(repeating: "\u{FC}", count: 200)
        #expect(throws: AddressError.malformed) {
            try Address(internationalized: Array("a@\(label)".utf8)[...])
        }
        let long = String(repeating: "\u{7D0D}\u{8C46}", count: 30)
        #expect(throws: AddressError.tooLong) { try Address(internationalized: Array("a@\(long)".utf8)[...]) }
    }
}
