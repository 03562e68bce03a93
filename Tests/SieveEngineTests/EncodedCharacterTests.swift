import Testing

@testable import SieveEngine

/// RFC 5228 section 2.4.2.4 with its examples.
struct EncodedCharacterTests {
    private func decoded(_ text: String) -> (text: String, errorCount: Int) {
        var diagnostics = Diagnostics(file: "t")
        let place = ScriptPlace(line: 1, column: 1)
        let plain = EncodedCharacter.decode(Text(bytes: Array(text.utf8), place: place), &diagnostics)
        return (plain.string, diagnostics.all.count)
    }

    @Test(arguments: [
        ("$${hex:40}", "$@"), ("${hex: 40 }", "@"), ("${HEX: 40}", "@"), ("${hex:40", "${hex:40"),
        ("${hex:400}", "${hex:400}"),
        ("${hex:4${hex:30}}", "${hex:40}"), ("${unicode:40}", "@"), ("${ unicode:40}", "${ unicode:40}"),
        ("${UNICODE:40}", "@"), ("${UnICoDE:0000040}", "@"), ("${Unicode:40}", "@"),
        ("${Unicode:Cool}", "${Unicode:Cool}"),
        ("${hex: 24 24}", "$$"), ("${hex:24\n24}", "$$"), ("${hex:}", "${hex:}"),
        ("${hex:4 41}", "\u{4}A"),
        ("${unicode: 20AC 1F600}", "\u{20AC}\u{1F600}"), ("${hex:e2 82 ac}", "\u{20AC}"), ("$", "$"),
        ("a${b}c", "a${b}c"),
    ])
    func `encoded characters stand for others`(_ text: String, _ plain: String) {
        #expect(decoded(text).text == plain)
        #expect(decoded(text).errorCount == 0)
    }

    @Test(arguments: [
        "${unicode:200000}", "${Unicode:DF01}", "${unicode:0}", "${unicode:FFFFFFFFFFFFFFFFFFFF}",
    ])
    func `numbers that are no characters are errors`(_ text: String) {
        #expect(decoded(text).errorCount == 1)
    }

    @Test func `without require they are plain text`() throws {
        let trial = Trial(message: "Subject: @\n\n")
        #expect(try !trial.holds(#"header "subject" "${hex:40}""#))
        #expect(try trial.holds(#"header "subject" "${hex:40}""#, require: ["encoded-character"]))
    }
}
