import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import SieveEngine

/// Many tests on the same texts: what they find, and what is read for it. Work is counted, time is not taken.
@Suite struct BodySearchTests {
    /// What a run came to.
    private struct Outcome: Equatable {
        /// Of each test that was made whether it holds.
        var answers: [Bool] = []
        var work = 0
        var readByteCount = 0
    }

    private final class Reading: Sendable {
        let byteCount = Mutex(0)
    }

    private static let require = """
        require ["body", "variables", "foreverypart", "replace", "include"];

        """

    private func outcome(
        _ scripts: String..., on message: [UInt8], including included: [String: String] = [:]
    ) throws -> Outcome {
        let reading = Reading()
        let content = SieveContent(byteCount: message.count) { range in
            reading.byteCount.withLock { $0 += range.count }
            return Array(message[range])
        }
        var outcome = Outcome()
        var received = SieveMessage(head: message, byteCount: message.count, content: content)
        for script in scripts {
            let recipient = Recipient(Address(localPart: "bob", domain: "example.net"))
            var run = SieveRun(received, SieveEnvelope(sender: nil, recipient: recipient))
            _ = try run.run(compiled(script, including: included)) { step in
                if case .test(_, let holds) = step.kind { outcome.answers.append(holds) }
            }
            outcome.work += run.workCount
            received = run.received
        }
        outcome.readByteCount = reading.byteCount.withLock { $0 }
        return outcome
    }

    private func compiled(_ script: String, including included: [String: String]) throws -> SieveScript {
        var options = CompileOptions()
        options.services = Set(SieveService.allCases)
        options.included = { _, name in included[name].map { Array((Self.require + $0).utf8) } }
        let outcome = SieveScript.compile(Array((Self.require + script).utf8), name: "t", options)
        return try #require(outcome.script, "\(outcome.diagnostics)")
    }

    private func rules(_ tests: [String]) -> String {
        tests.map { "if \($0) { keep; }" }.joined(separator: "\n")
    }

    /// Half a megabyte of text.
    private static let long =
        Trial.wire("Subject: x\nContent-Type: text/plain\n\nfirst\n")
        + repeatElement(Array("nothing to be seen in here\r\n".utf8), count: 20_000).joined()
        + Array("last\r\n".utf8)

    // MARK: What is read

    @Test(arguments: ["", ":raw", ":content \"text\""])
    func `a text is read once, however many tests look into it`(_ form: String) throws {
        let tests = (0..<50).map { "body \(form) :contains [\"none\($0)\", \"not any \($0)\"]" }
        let one = try outcome(rules([tests[0]]), on: Self.long)
        let many = try outcome(rules(tests), on: Self.long)
        #expect(many.answers == tests.map { _ in false })
        #expect(many.readByteCount == one.readByteCount)
        #expect(many.work - one.work < Self.long.count / 10)
    }

    @Test func `tests of any type of part share the text of each`() throws {
        let types = ["text", "text/plain", "", "text\", \"image"]
        let tests = types.map { "body :content [\"\($0)\"] :contains \"none \($0.utf8.count)\"" }
        let one = try outcome(rules([tests[0]]), on: Self.long)
        let all = try outcome(rules(tests), on: Self.long)
        #expect(all.work - one.work < Self.long.count / 10)
    }

    @Test func `included scripts look for their keys in the same pass`() throws {
        let inner = rules(["body :contains \"none inside\"", "body :contains \"last\""])
        let script = """
            if body :contains "none outside" { keep; }
            include "inner";
            include "inner";
            if body :contains "first" { keep; }
            """
        let one = try outcome(rules(["body :contains \"none\""]), on: Self.long)
        let all = try outcome(script, on: Self.long, including: ["inner": inner])
        #expect(all.answers == [false, false, true, false, true, true])
        #expect(all.work - one.work < Self.long.count / 10)
    }

    @Test func `the next run on the message knows what this one read`() throws {
        let script = rules(["body :contains \"none\""])
        let one = try outcome(script, on: Self.long)
        let compiled = try compiled(script, including: [:])
        var message = SieveMessage(
            head: Self.long, byteCount: Self.long.count, content: SieveContent(Self.long))
        var works: [Int] = []
        for name in ["ann", "bob"] {
            let recipient = Recipient(Address(localPart: name, domain: "example.net"))
            var run = SieveRun(message, SieveEnvelope(sender: nil, recipient: recipient))
            _ = try run.run(compiled)
            works.append(run.workCount)
            message = run.received
        }
        #expect(works[0] == one.work)
        #expect(works[1] < Self.long.count / 10)
    }

    @Test func `what is found early is not looked for in the rest`() throws {
        let nothing = try outcome(rules(["body :raw :contains \"\""]), on: Self.long)
        #expect(nothing.answers == [true])
        #expect(nothing.readByteCount == 0)
        let early = try outcome(rules(["body :raw :contains [\"none\", \"first\"]"]), on: Self.long)
        #expect(early.answers == [true])
        #expect(early.readByteCount <= Limits.windowByteCount)
        #expect(early.work < 2 * Limits.windowByteCount)
    }

    @Test func `a test goes on where another stopped, and what it passed is known`() throws {
        let tests = ["first", "last", "first", "nothing to be", "none", "last"]
        let all = try outcome(rules(tests.map { "body :contains \"\($0)\"" }), on: Self.long)
        let one = try outcome(rules(["body :contains \"none\""]), on: Self.long)
        #expect(all.answers == [true, true, true, true, false, true])
        #expect(all.work - one.work < Self.long.count / 10)
    }

    @Test func `a part behind the one that decides is not decoded`() throws {
        let header = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\n\n"
        let parts = Trial.wire(header) + Self.long + Trial.wire("\n--b--\n")
        let some = try outcome(rules(["body :contains \"first\""]), on: parts)
        let all = try outcome(rules(["body :contains \"none\""]), on: parts)
        #expect(some.answers == [true])
        #expect(all.work - some.work > Self.long.count * WorkCost.decoding)
    }

    @Test func `asking many parts for many keys is work, though nothing is read`() throws {
        let parts = repeatElement(Array("--b\r\n\r\nx\r\n".utf8), count: 500).joined()
        let message = Trial.wire("Content-Type: multipart/mixed; boundary=b\n\n") + parts
        let keys = (0..<100).map { "\"none\($0)\"" }.joined(separator: ", ")
        let tests = (0..<20).map { _ in "body :contains [\(keys)]" }
        let cost = try outcome(rules(tests), on: message)
        #expect(cost.work > 20 * 500 * 100)
    }

    // MARK: What is found

    @Test func `an edit is another text`() throws {
        let message = Trial.wire("Subject: x\nContent-Type: text/plain\n\nold words\n")
        let script = """
            if body :contains "old" { keep; }
            replace "new words";
            if body :contains "old" { keep; }
            if body :contains "new" { keep; }
            if body :raw :contains "old" { keep; }
            if body :raw :contains "new" { keep; }
            """
        #expect(try outcome(script, on: message).answers == [true, false, true, false, true])
    }

    @Test func `an edit of a part is another text, and the others are what they were`() throws {
        let parts =
            "--b\nContent-Type: text/plain\n\nold\n--b\nContent-Type: text/html\n\n<p>kept</p>\n--b--\n"
        let message = Trial.wire("Content-Type: multipart/mixed; boundary=b\n\n" + parts)
        let script = """
            if body :contains "old" { keep; }
            if body :contains "kept" { keep; }
            foreverypart {
                if body :contains "old" { replace "new"; break; }
            }
            """
        let after = ["old", "new", "kept"].map { "body :contains \"\($0)\"" }
        let answers = try outcome(script + rules(after), on: message).answers
        #expect(answers.suffix(3) == [false, true, false])
    }

    @Test func `scripts one after the other each look for their own keys`() throws {
        let message = Trial.wire("Subject: x\n\none two three\n")
        let answers = try outcome(
            rules(["body :contains \"one\"", "body :contains \"none\""]),
            rules(["body :contains \"four\"", "body :contains [\"five\", \"three\"]"]),
            rules(["body :contains \"TWO\"", "body :comparator \"i;octet\" :contains \"TWO\""]), on: message
        ).answers
        #expect(answers == [true, false, false, true, true, false])
    }

    @Test func `keys too long to be searched for together are found too`() throws {
        let long = String(repeating: "nothing to be seen in here\r\n", count: 400)
        let other = String(repeating: "nothing to be heard in here\r\n", count: 400)
        let tests = [long, other].map { "body :contains text:\r\n\($0).\r\n" }
        #expect(try outcome(rules(tests), on: Self.long).answers == [true, false])
    }

    @Test func `a message without a body contains nothing, not even an empty key`() throws {
        let answers = try outcome(
            rules(["body :contains \"\"", "body :contains \"x\""]), on: Trial.wire("Subject: x\n")
        ).answers
        #expect(answers == [false, false])
    }

    @Test func `the answers are those of a search test by test`() throws {
        var random = SeededRandom(seed: 5173)
        func text(_ limit: Int) -> String {
            (0..<Int.random(in: 0...limit, using: &random)).map { _ in
                ["a", "b", "A", "ab", "\u{E9}"].randomElement(using: &random) ?? ""
            }.joined()
        }
        let forms = [
            ":raw", ":text", ":content \"\"", ":content \"text/html\"", ":content [\"text\", \"message\"]",
        ]
        for _ in 0..<150 {
            let parts = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                let type = ["plain", "html", "x"].randomElement(using: &random) ?? ""
                return "--b\nContent-Type: text/\(type); charset=utf-8\n\n\(text(20))\n"
            }
            let message = Trial.wire(
                "Content-Type: multipart/mixed; boundary=b\n\n\(text(9))\n\(parts.joined())--b--\n\(text(9))\n"
            )
            let tests = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                let keys = (0..<Int.random(in: 1...4, using: &random)).map { _ in text(5) }
                let comparator = ["i;octet", "i;ascii-casemap"].randomElement(using: &random) ?? ""
                let form = forms.randomElement(using: &random) ?? ""
                return (test: "body \(form) :comparator \"\(comparator)\" :contains", keys: keys)
            }
            let constant = tests.map { test in
                "\(test.test) [\(test.keys.map { "\"\($0)\"" }.joined(separator: ", "))]"
            }
            // A key in which a variable stands is looked for by itself.
            let variable = tests.enumerated().map { number, test in
                test.keys.indices.map { "set \"v\(number)_\($0)\" \"\(test.keys[$0])\";" }.joined()
                    + "if \(test.test) ["
                    + test.keys.indices.map { "\"${v\(number)_\($0)}\"" }.joined(separator: ", ")
                    + "] { keep; }"
            }
            let expected = try outcome(variable.joined(separator: "\n"), on: message).answers
            #expect(try outcome(rules(constant), on: message).answers == expected, "\(constant)")
        }
    }

    // MARK: What is compiled

    @Test func `keys of scripts that include one another are too large together`() {
        let keys = (0..<20).map { "\"\($0) \(String(repeating: "x", count: 100))\"" }.joined(separator: ",")
        let tests = "if header :contains \"subject\" [\(keys)] { keep; }"
        var options = CompileOptions()
        options.limits.patternByteCount = 1_300_000
        options.included = { _, _ in Array(tests.utf8) }
        let source = "require \"include\"; include \"a\"; include \"b\"; include \"c\";"
        let (script, diagnostics) = SieveScript.compile(Array(source.utf8), name: "t", options)
        #expect(script == nil)
        #expect(diagnostics.contains { $0.text == "the patterns of this script are too large together" })
        #expect(SieveScript.compile(Array(tests.utf8), name: "t", options).script != nil)
    }
}
