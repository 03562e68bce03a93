import Testing

@testable import SMTPProtocol

@Suite struct ClaimedUserTests {
    @Test(arguments: [
        ("AUTH PLAIN AGFubgBzZWNyZXQ=", "ann"),
        ("AUTH PLAIN Ym9zcwBhbm5AeC5leGFtcGxlAHNlY3JldA==", "ann@x.example"),
        ("AUTH LOGIN YW5u", "ann"),
        // No initial response, or none of a form that we know.
        ("AUTH PLAIN", nil),
        ("AUTH LOGIN", nil),
        ("AUTH PLAIN =", nil),
        ("AUTH PLAIN YW5u", nil),
        ("AUTH CRAM-MD5 YW5u", nil),
        ("AUTH LOGIN YW5", nil),
        ("AUTH LOGIN YW5u!", nil),
        // "x from 192.0.2.1": nobody gets another banned.
        ("AUTH LOGIN eCBmcm9tIDE5Mi4wLjIuMQ==", nil),
        ("AUTH LOGIN YQpi", nil),
        ("NOOP", nil),
    ])
    func `a name is taken from the first response if it can stand in a log`(line: String, user: String?) {
        #expect(CommandParser.parse(Array(line.utf8)).claimedUser == user)
    }

    @Test func `a name of any length is bounded`() {
        let long = Base64.encode(Array(repeating: UInt8(ascii: "a"), count: 65))
        let line = Array("AUTH LOGIN ".utf8) + long
        #expect(CommandParser.parse(line).claimedUser == nil)
        let longest = Base64.encode(Array(repeating: UInt8(ascii: "a"), count: 64))
        #expect(CommandParser.parse(Array("AUTH LOGIN ".utf8) + longest).claimedUser?.utf8.count == 64)
    }

    @Test func `base64 reads back, and nothing else does`() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        for text in ["A", "AB", "ABC", "AB=C", "====", "AA=", "QR==", "a b="] {
            #expect(Base64.decode(text.utf8) == nil, "\(text)")
        }
    }
}
