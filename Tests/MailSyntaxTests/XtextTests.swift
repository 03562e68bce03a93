import MailSyntax
import Testing

@Suite struct XtextTests {
    @Test(arguments: [("", ""), ("abc", "abc"), ("a+2Bb+3D", "a+b="), ("+41", "A")])
    func `xtext stands for bytes`(text: String, decoded: String) {
        #expect(Xtext.decode(Array(text.utf8)[...]) == Array(decoded.utf8))
        #expect(Xtext.isWellFormed(Array(text.utf8)[...]))
    }

    @Test(arguments: ["a b", "a=b", "+", "+4", "+4g", "+4a", "ä", "\0"])
    func `all else is none`(text: String) {
        #expect(!Xtext.isWellFormed(Array(text.utf8)[...]))
    }
}
