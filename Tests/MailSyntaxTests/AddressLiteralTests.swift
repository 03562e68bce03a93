import MailSyntax
import Testing

@Suite struct AddressLiteralTests {
    @Test(arguments: [
        "0.0.0.0", "255.255.255.255", "IPv6:::", "ipv6:::1", "IPv6:1::", "IPv6:1:2:3:4:5:6:7:8", "IPv6:1::8",
        "IPv6:1:2:3:4:5:6:10.1.2.3", "IPv6:::ffff:10.1.2.3", "IPv6:::10.1.2.3", "IPv6:fe80::1:2:3:4",
        "X-Net:abc",
    ])
    func `good literals`(text: String) {
        #expect(Address("a@[\(text)]") != nil)
    }

    @Test(arguments: [
        "1", "1.2.3", "1.2.3.4.5", "1.2.3.", "1.2.3.1000", "a.b.c.d", "IPv6:", "IPv6:1", "IPv6:1:2:3:4:5:6:7",
        "IPv6:1:2:3:4:5:6:7:8:9", "IPv6:1::2::3", "IPv6::::", "IPv6:1:2:3:4:5:6:7::8", "IPv6::1", "IPv6:1:",
        "IPv6:12345::", "IPv6:g::", "IPv6:1.2.3.4::", "IPv6:1.2.3.4", "IPv6:1:2:3:4:5:6:7:1.2.3.4", ":x",
        "X-:y", "X:",
        "X:a b", "X:[",
    ])
    func `bad literals`(text: String) {
        #expect(Address("a@[\(text)]") == nil)
    }
}
