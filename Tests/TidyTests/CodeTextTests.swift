import Testing

@Suite struct CodeTextTests {
    @Test(arguments: [
        ("let a = 1 // try!", "let a = 1 "),
        ("f(\"as! // x\") // y", "f(\"\") "),
        ("a /* b\nc */ d", "a \n*/ d"),
        (#"x("a\"b", c)"#, #"x("", c)"#),
        (##"x(#"a"b"#, c)"##, ##"x("", c)"##),
        (#"x("a\(f("}", g(1)))b") {"#, #"x("") {"#),
        ("let t = \"\"\"\n  TODO {\n  \"\"\"\nend", "let t = \"\n\n\"\nend"),
        ("\"\" + b", "\"\" + b"),
        ("\"\"\"\n  a \\\n  b\n  \"\"\"", "\"\n\n\n\""),
    ])
    func `comments and literals are blanked, code and lines stay`(text: String, code: String) {
        #expect(CodeText.strip(text) == code)
    }

    @Test func `every file keeps its lines and its braces balance`() {
        for file in Project.sources + Project.tests {
            #expect(file.code.count == file.lines.count, "\(file)")
            let depth = file.code.joined().reduce(0) { $0 + ($1 == "{" ? 1 : $1 == "}" ? -1 : 0) }
            #expect(depth == 0, "\(file)")
        }
    }
}
