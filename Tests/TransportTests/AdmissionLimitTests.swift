import Testing

@testable import Transport

@Suite struct AdmissionLimitTests {
    private func peer(_ host: String, _ port: Int) throws -> PeerAddress {
        try #require(PeerAddress(literal: host, port: port))
    }

    @Test func `one host may have so many, whatever its ports`() throws {
        let limit = AdmissionLimit(total: 10, perPeer: 2)
        #expect(limit.enter(try peer("192.0.2.1", 1)))
        #expect(limit.enter(try peer("::ffff:192.0.2.1", 2)))
        #expect(!limit.enter(try peer("192.0.2.1", 3)))
        #expect(limit.enter(try peer("192.0.2.2", 3)))
        limit.leave(try peer("192.0.2.1", 9))
        #expect(limit.enter(try peer("192.0.2.1", 4)))
    }

    @Test func `all together may have so many`() throws {
        let limit = AdmissionLimit(total: 2, perPeer: 2)
        #expect(limit.enter(try peer("192.0.2.1", 1)))
        #expect(limit.enter(try peer("192.0.2.2", 1)))
        #expect(!limit.enter(try peer("192.0.2.3", 1)))
        limit.leave(try peer("192.0.2.2", 1))
        #expect(limit.count == 1)
        #expect(limit.enter(try peer("192.0.2.3", 1)))
    }

    @Test func `leaving without having entered changes nothing`() throws {
        let limit = AdmissionLimit(total: 1, perPeer: 1)
        limit.leave(try peer("192.0.2.1", 1))
        #expect(limit.count == 0)
    }
}
