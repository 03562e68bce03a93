import Testing

@testable import Transport

@Suite struct PeerAddressTests {
    @Test(arguments: [
        ("192.0.2.1:25", "192.0.2.1", 25), ("[2001:db8::1]:587", "2001:db8::1", 587),
        ("[::ffff:10.0.0.1]:1", "10.0.0.1", 1),
        ("127.0.0.1:0", "127.0.0.1", 0),
    ])
    func `addresses are read and written`(text: String, host: String, port: Int) throws {
        let address = try #require(PeerAddress.parse(text))
        #expect(address.text == host && address.port == port)
        #expect(PeerAddress.parse(address.description) == address)
        #expect(try PeerAddress(address.socketAddress()) == address)
    }

    @Test(arguments: [
        "", ":", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2:25",
        "mail.example:25", "::1:25", "[::1]",
        "[::1:25", "[192.0.2.300]:25",
    ])
    func `what is no address is refused`(text: String) { #expect(PeerAddress.parse(text) == nil) }

    @Test func `bytes are in network order`() throws {
        #expect(try #require(PeerAddress(literal: "192.0.2.1", port: 1)).bytes == [192, 0, 2, 1])
        let six = try #require(PeerAddress(literal: "2001:db8::ff", port: 1)).bytes
        #expect(six == [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [0xFF])
        #expect(PeerAddress(host: .unix(path: "/x"), port: 0).bytes.isEmpty)
    }

    @Test func `loopback is known`() throws {
        for (text, isLoopback) in [
            ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false),
            ("::2", false),
        ] {
            #expect(try #require(PeerAddress(literal: text, port: 1)).isLoopback == isLoopback)
        }
    }

    @Test func `a unix socket is its path`() {
        #expect(PeerAddress(host: .unix(path: "/run/x"), port: 0).description == "/run/x")
        #expect(PeerAddress(host: .unix(path: ""), port: 0).description == "unix")
    }
}
