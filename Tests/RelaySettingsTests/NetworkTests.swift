import Testing

@testable import RelaySettings

struct NetworkTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.1.0.0/16", "::ffff:10.1.2.3", true), ("::ffff:10.1.0.0/112", "10.1.2.3", true),
        ("::ffff:10.1.0.0/112", "10.2.2.3", false), ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true),
        ("::/0", "10.0.0.1", false), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
        ("2001:db8::/65", "2001:db8:0:0:7fff::", true), ("2001:db8::/65", "2001:db8:0:0:8000::", false),
        ("2001:db8::/64", "2001:db8::ffff", true), ("::1/128", "::1", true), ("::1/128", "::2", false),
    ])
    func `a network contains what its prefix says`(_ network: String, _ address: String, _ isInside: Bool)
        throws
    {
        let network = try #require(Network(network))
        #expect(network.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "fd00::/129", "fd00::1/8", "a/8",
        "10.0.0.0/8/8",
        "10.0.0.0/+8", "010.0.0.0/8", "::ffff:10.0.0.0/97", "fe80::1%eth0", " 10.0.0.0/8",
    ])
    func `what is no network is refused`(_ text: String) {
        #expect(Network(text) == nil)
    }

    @Test func `bytes of four and sixteen say the same address`() {
        #expect(IPAddress([10, 0, 0, 1]) == IPAddress("::ffff:10.0.0.1"))
        #expect(IPAddress([10, 0, 0, 1])?.isIPv4 == true)
        #expect(IPAddress([10, 0, 0]) == nil)
        #expect(Network("127.0.0.0/8")?.contains([127, 0, 0, 1]) == true)
        #expect(Network("127.0.0.0/8")?.contains([]) == false)
        #expect(Network.loopback.count == 2)
    }

    @Test(arguments: [
        ("10.0.0.0/8", false), ("172.16.0.0/12", false), ("172.0.0.0/11", true), ("192.168.7.0/24", false),
        ("8.8.8.8", false), ("8.8.8.0/31", true), ("fe80::/10", false), ("fc00::/6", true),
        ("2001:db8::/32", true),
        ("::/0", true), ("0.0.0.0/0", true), ("::ffff:0.0.0.0/96", true), ("100.64.0.0/10", false),
    ])
    func `a range is public unless all of it is private`(_ text: String, _ isPublic: Bool) throws {
        #expect(try #require(Network(text)).isPublicRange == isPublic)
    }

    @Test(arguments: [
        ("mx.test", "mx.test", nil), ("mx.test:25", "mx.test", 25), ("10.1.2.3:587", "10.1.2.3", 587),
        ("[::1]:25", "::1", 25), ("[fd00::1]", "fd00::1", nil), ("my_host:0", "my_host", 0),
    ])
    func `a host may come with a port`(_ text: String, _ host: String, _ port: Int?) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
    }

    @Test(arguments: [
        "", ":25", "mx.test:", "mx.test:x", "mx.test:65536", "::1", "[::1", "[mx.test]:25", "[::1]25",
        "-mx.test",
        "mx..test", "1.2.3", "mx.test:+25", "mx.test:25:25",
    ])
    func `what is no host is refused`(_ text: String) {
        #expect(Endpoint(text) == nil)
    }
}
