import Testing

@testable import RelaySettings

@Suite struct ListenAddressTests {
    @Test func `addresses overlap where one could be listened on only beside the other`() {
        let any = ListenAddress(host: "0.0.0.0", port: 25)
        let one = ListenAddress(host: "10.1.2.3", port: 25)
        #expect(any.overlaps(one) && one.overlaps(any) && one.overlaps(one))
        #expect(!one.overlaps(ListenAddress(host: "10.1.2.4", port: 25)))
        #expect(!one.overlaps(ListenAddress(host: "0.0.0.0", port: 26)))
        #expect(!one.overlaps(ListenAddress(host: "::", port: 25)))
        #expect(ListenAddress(host: "::1", port: 25).overlaps(ListenAddress(host: "::", port: 25)))
    }

    @Test func `a socket that is passed has a name and no port`() {
        let passed = ListenAddress(socketName: "smtp")
        #expect(passed.description == "systemd:smtp")
        #expect(!passed.isAnyPort && ListenAddress(host: "::1", port: 0).isAnyPort)
        #expect(!passed.overlaps(passed))
    }
}
