import PosternTestSupport
import Testing

@testable import MailContent

struct EncodedWordTests {
    private func decoded(_ text: String) -> String {
        String(decoding: HeaderText.decoded(Array(text.utf8)[...]), as: UTF8.self)
    }

    /// The first nine are the examples of RFC 2047 section 8.
    @Test(arguments: [
        ("=?ISO-8859-1?Q?a?=", "a"), ("=?ISO-8859-1?Q?a?= b", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a_b?=", "a b"), ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
        ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        ("=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\u{E9} Pirard"),
        ("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=", "If you can read this yo"),
        ("=?utf-8?b?4oKs?=", "\u{20AC}"), ("=?UTF-8?Q?=E2=82?= =?UTF-8?Q?=AC?=", "\u{20AC}"),
        ("=?iso-8859-15?q?=A4?=", "\u{20AC}"), ("=?windows-1252?q?=80=93x=94?=", "\u{20AC}\u{201C}x\u{201D}"),
        ("=?utf-8*de?q?x?=", "x"), ("=?utf-8?q?a?=b", "ab"), ("[=?utf-8?q?a?=]", "[a]"), ("=?utf-8?q??=", ""),
        ("=?utf-8?q?=20x=20?=", "x"), ("=?utf-8?q?a?= ", "a"), ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        // What is no encoded word stays.
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="), ("=?utf-8?q?=4?=", "=?utf-8?q?=4?="),
        ("=?utf-8?q?a", "=?utf-8?q?a"),
        ("=?utf-8?q?a b?=", "=?utf-8?q?a b?="), ("=?klingon?q?a?=", "=?klingon?q?a?="), ("=?", "=?"),
        ("=?utf-8?b?@@?=", "=?utf-8?b?@@?="), ("a = ? b", "a = ? b"), ("=?=?utf-8?q?a?=", "=?a"),
    ])
    func `a header value is decoded`(_ text: String, _ plain: String) { #expect(decoded(text) == plain) }

    @Test(arguments: [("  a\r\n  b\t", "a  b"), ("\r\n x", "x"), ("", ""), (" \r\n ", "")])
    func `a header value is unfolded and trimmed`(_ text: String, _ plain: String) {
        #expect(decoded(text) == plain)
    }

    @Test func `what is written is read back, in words that are not too long`() {
        var random = SeededRandom(seed: 2047)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 1...80, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0x21...0x2FFF, using: &random))
            }
            let text = String(String.UnicodeScalarView(scalars)) + "\u{E9}"
            let written = EncodedWord.encode(text)
            #expect(written.split(separator: " ").allSatisfy { $0.utf8.count <= 75 })
            #expect(decoded(written).utf8.elementsEqual(text.utf8))
        }
        #expect(EncodedWord.encode("plain = ?") == "plain = ?")
    }

    @Test func `a long run of half-written words takes no time`() {
        let text = String(repeating: "=?", count: 50_000)
        #expect(decoded(text) == text)
    }
}
