import MailSyntax
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("ann@office.example", "ann", "office.example"),
        ("Ann.Smith+tag@Office.EXAMPLE", "Ann.Smith+tag", "office.example"),
        ("postmaster", "postmaster", ""),
        ("!#$%&'*+-/=?^_`{|}~@x", "!#$%&'*+-/=?^_`{|}~", "x"),
        ("\"ann smith\"@x.example", "\"ann smith\"", "x.example"),
        ("\"a\\\"b@c\\\\\"@x.example", "\"a\\\"b@c\\\\\"", "x.example"),
        ("\"\"@x.example", "\"\"", "x.example"),
        ("root@my_host.local", "root", "my_host.local"),
        (".a..b.@x", ".a..b.", "x"),
        ("a@[10.1.2.3]", "a", "[10.1.2.3]"),
        ("a@[IPv6:2001:DB8::1]", "a", "[ipv6:2001:db8::1]"),
        ("a@xn--bcher-kva.example", "a", "xn--bcher-kva.example"),
    ])
    func `a good address is read`(text: String, localPart: String, domain: String) throws {
        let address = try #require(Address(text))
        #expect(address.localPart == localPart)
        #expect(address.domain == domain)
    }

    @Test(arguments: [
        "", "@", "@x", "a@", ".@x", "..@x", "a b@x", "a@x y", "a@x.", "a@.x", "a@x..y", "a@-x",
        "a@x-",
        "<a@x>", "a@x>", "\"a@x", "a\"b@x", "\"a\"b@x", "\"a\\", "\"a\rb\"@x", "a@b@c", "a@[", "a@[]",
        "a@[10.1.2]",
        "a@[10.1.2.256]", "a@[10.1.2.3]x", "a,b@x", "ä@x", "a@ä", "a\0@x",
    ])
    func `what is no address is none`(text: String) {
        #expect(Address(text) == nil)
    }

    @Test func `parts and labels have their limits`() {
        let local = String(repeating: "l", count: 64)
        let label = String(repeating: "d", count: 63)
        let domain = [label, label, label, String(label.dropLast(4))].joined(separator: ".")
        #expect(domain.count == 251)
        #expect(Address("\(local)@\(domain).xyz") != nil)
        #expect(Address("\(local)l@\(domain)") == nil)
        #expect(Address("\(local)@\(domain).xyza") == nil)
        #expect(Address("a@d\(label)") == nil)
        #expect(throws: AddressError.tooLong) {
            try Address(parsing: Array("\(local)l@x".utf8)[...], allowsUTF8: false)
        }
    }

    @Test func `beyond ASCII an address must be announced and be UTF-8`() throws {
        let bytes = Array("jörg@bücher.example".utf8)[...]
        #expect(throws: AddressError.notASCII) { try Address(parsing: bytes, allowsUTF8: false) }
        let address = try Address(parsing: bytes, allowsUTF8: true)
        #expect(!address.isASCII && address.description == "jörg@bücher.example")
        #expect(throws: AddressError.notASCII) {
            try Address(parsing: [0x61, 0xFF, 0x40, 0x78], allowsUTF8: true)
        }
    }

    @Test(arguments: [
        ("root", "root"), ("\"root\"@x", "root"), ("\"a \\\"b\\\\\"@x", "a \"b\\"), ("\"\"@x", ""),
    ])
    func `a local part is the same with and without quotes`(address: String, unquoted: String) {
        #expect(Address(address)?.unquotedLocalPart == unquoted)
    }

    @Test func `an address prints as it goes on the wire`() {
        #expect(Address("Ann@X.example")?.description == "Ann@x.example")
        #expect(Address("postmaster")?.description == "postmaster")
    }
}
