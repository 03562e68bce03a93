import MailSyntax
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("*@news.example", "ann@News.Example", true),
        ("*@news.example", "ann@news.example.org", false),
        ("a?c@*", "abc@x", true),
        ("a?c@*", "ac@x", false),
        ("*", "", true),
        ("", "", true),
        ("", "a", false),
        ("**b**", "abc", true),
        ("*aab", "aaaab", true),
        ("Ä*", "äpfel", true),
        ("?", "ü", true),
    ])
    func `a pattern fits the whole text or not at all`(pattern: String, text: String, fits: Bool) {
        #expect(Glob(pattern).matches(text) == fits)
    }

    @Test func `many stars take bounded time`() {
        let text = String(repeating: "a", count: 2000)
        #expect(!Glob(String(repeating: "*a", count: 200) + "b").matches(text))
    }
}
