import Testing

@testable import MailCrypto

@Suite struct HMACSHA256Tests {
    @Test func `codes are those of RFC 4231`() {
        let code = HMACSHA256.authenticate(
            Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `comparison looks at every byte`() {
        #expect(HMACSHA256.isEqual([1, 2, 3], [1, 2, 3]))
        #expect(!HMACSHA256.isEqual([1, 2, 3], [1, 2, 4]))
        #expect(!HMACSHA256.isEqual([1, 2, 3], [1, 2]))
        #expect(HMACSHA256.isEqual([], []))
    }

    @Test func `random bytes differ`() {
        #expect(RandomBytes.make(32) != RandomBytes.make(32))
        #expect(RandomBytes.make(0).isEmpty)
    }
}
