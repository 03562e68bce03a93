import Testing

@testable import MailCrypto

@Suite struct MessageTokenTests {
    private let key = TokenKey.make()

    @Test func `a token gives its ID back`() {
        let token = MessageToken.make(id: "0A1B2C3D4E5FG", key: key)
        #expect(token.utf8.count == 13 + 16)
        #expect(MessageToken.verify(token, key: key) == "0A1B2C3D4E5FG")
        #expect(MessageToken.verify(token.uppercased(), key: key) == "0A1B2C3D4E5FG")
    }

    @Test func `a token is fit for a local part`() {
        for _ in 0..<50 {
            let token = MessageToken.make(id: "ZZ", key: TokenKey.make())
            #expect(token.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) })
        }
    }

    @Test func `every change is noticed`() throws {
        let token = Array(MessageToken.make(id: "0A1B2C3D4E5FG", key: key).utf8)
        for index in token.indices {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            #expect(MessageToken.verify(String(decoding: changed, as: UTF8.self), key: key) == nil)
        }
        for text in ["", "0A1B", String(repeating: "0", count: 16), String(repeating: "-", count: 29)] {
            #expect(MessageToken.verify(text, key: key) == nil)
        }
    }

    @Test func `another key makes and accepts other tokens`() throws {
        let token = MessageToken.make(id: "0A1B2C3D4E5FG", key: key)
        #expect(MessageToken.verify(token, key: TokenKey.make()) == nil)
        let kept = try #require(TokenKey(bytes: key.bytes))
        #expect(MessageToken.verify(token, key: kept) == "0A1B2C3D4E5FG")
    }

    @Test func `a key of the wrong length is none, and a key is not printed`() {
        #expect(TokenKey(bytes: [1, 2, 3]) == nil)
        #expect("\(key)" == "<redacted>")
    }
}
