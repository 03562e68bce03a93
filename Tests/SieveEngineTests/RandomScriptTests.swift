import MailSyntax
import PosternTestSupport
import SieveEngine
import Testing

/// Scripts that nobody would write: whatever is in them, they are refused or they run.
struct RandomScriptTests {
    private static let words = [
        "if", "elsif", "else", "stop", "keep", "discard", "redirect", "reject", "stream", "hold", "addheader",
        "deleteheader", "header", "address", "envelope", "exists", "size", "allof", "anyof", "not", "true",
        "false",
        "require", "text:\nx\n.\n", "text:", "\"a@example.org\"", "\"Subject\"", "\"office\"",
        "\"editheader\"", "\"*h?l*\"",
        "\"${hex:41}\"", "\"", "[", "]", "(", ")", "{", "}", ",", ";", ":is", ":contains", ":matches",
        ":over", ":last",
        ":index", ":comparator", "\"i;octet\"", ":domain", ":copy", "1", "4K", "#", "/*", "*/", "\n",
        "\u{E9}", "\u{0}",
    ]

    private static let prologue = """
        require ["envelope", "encoded-character", "reject", "copy", "editheader", "vnd.postern.stream", "vnd.postern.hold"];

        """

    @Test func `words in any order never stop the compiler`() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<500 {
            let script = (0..<Int.random(in: 1...40, using: &random))
                .compactMap { _ in Self.words.randomElement(using: &random) }.joined(separator: " ")
            try check(Self.prologue + script)
        }
    }

    @Test func `scripts with a few bytes changed never stop the compiler`() throws {
        let good = Array(
            (Self.prologue + """
                if allof (header :matches "subject" ["*a", "b?"], not address :domain "from" "x.example") {
                    addheader :last "X" text:
                ..a
                .
                    ; stream "office"; } elsif size :over 2K { hold :tag "t" "why"; } else { redirect :copy "a@b.c"; }
                deleteheader :index 1 :last :contains "X" ["a", "b"]; /* c */ keep; # end
                """).utf8)
        var random = SeededRandom(seed: 2)
        for _ in 0..<500 {
            var script = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<script.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: script[place] = UInt8.random(in: 0...255, using: &random)
                case 1: script.remove(at: place)
                default: script.insert(script[Int.random(in: 0..<script.count, using: &random)], at: place)
                }
            }
            try check(script)
        }
    }

    private func check(_ script: String) throws { try check(Array(script.utf8)) }

    /// Either there is a script or there is an error, and what compiles runs to an end.
    private func check(_ script: [UInt8]) throws {
        let outcome = SieveScript.compile(script, name: "t", CompileOptions(streamNames: ["office"]))
        let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
        #expect((outcome.script == nil) == hasErrors)
        guard let compiled = outcome.script else { return }
        let bytes = Trial.wire(Trial().message)
        var run = SieveRun(
            SieveMessage(head: bytes, byteCount: bytes.count),
            SieveEnvelope(
                sender: nil, recipient: Recipient(Address(localPart: "bob", domain: "example.net"))))
        do throws(SieveRuntimeError) {
            _ = try run.run(compiled)
            #expect(!run.result.actions.isEmpty)
        } catch {
            #expect(error.rule.hasPrefix("t:"))
        }
    }
}
