import MailSyntax
import Testing

@Suite struct XtextTests {
    @Test(arguments: [("", ""), ("abc", "abc"), ("a+2Bb+3D", "a+b="), ("+41", "A")])
    func `xtext stands for bytes`(text: String, decoded: String) {
        #expect(Xtext.decode(Array(text.utf8)[...]) == Array(decoded.utf8))
        #expect(Xtext.isWellFormed(Array(text.utf8)[...]))
    }

    @Test(arguments: [
        ("", ""), ("ann@x.example", "ann@x.example"), ("a+b=", "a+2Bb+3D"), ("a b\u{7F}", "a+20b+7F"),
    ])
    func `bytes are written as xtext and read back`(bytes: String, text: String) {
        #expect(Xtext.encode(Array(bytes.utf8)) == text)
        #expect(Xtext.decode(Array(text.utf8)[...]) == Array(bytes.utf8))
    }

    @Test(arguments: ["a b", "a=b", "+", "+4", "+4g", "+4a", "ä", "\0"])
    func `all else is none`(text: String) {
        #expect(!Xtext.isWellFormed(Array(text.utf8)[...]))
    }
}
