import PosternTestSupport
import Testing

@testable import SieveEngine

@Suite struct RegularExpressionTests {
    /// The match and its groups as `(0,3)(1,2)(?,?)`; `-` for none.
    private func places(_ pattern: String, _ text: String, ignoresCase: Bool = false) throws -> String {
        let expression = try RegularExpression(Array(pattern.utf8), ignoresCase: ignoresCase)
        guard let match = try expression.firstMatch(in: Array(text.utf8)) else { return "-" }
        return match.map { $0.map { "(\($0.lowerBound),\($0.upperBound))" } ?? "(?,?)" }.joined()
    }

    @Test(arguments: [
        ("abc", "abc", "(0,3)"), ("abc", "xabcy", "(1,4)"), ("abc", "ab", "-"), ("", "abc", "(0,0)"),
        ("a*", "baaa", "(0,0)"),
        ("a+", "baaab", "(1,4)"), ("ab?c", "ac", "(0,2)"), (".", "", "-"), ("a.c", "a\nc", "(0,3)"),
        ("^abc$", "abc", "(0,3)"), ("^b", "ab", "-"), ("a$", "ab", "-"), ("^$", "", "(0,0)"),
        ("^", "abc", "(0,0)"), ("$", "abc", "(3,3)"),
        ("^^a$$", "a", "(0,1)"), ("(^a)", "a", "(0,1)(0,1)"), ("a|^b", "xb", "-"), ("x$|y", "yx", "(0,1)"),
        ("b$|b", "bab", "(0,1)"),
        // The longest, not the first.
        ("a|ab|abc", "abcd", "(0,3)"), ("(a|ab)(c|bcd)(d*)", "abcd", "(0,4)(0,2)(2,3)(3,4)"),
        ("(a|ab)(bcd|c)(d*)", "abcd", "(0,4)(0,2)(2,3)(3,4)"),
        ("xyz|x", "xyzz", "(0,3)"), ("(ab|a)(bc)?", "abc", "(0,3)(0,1)(1,3)"), ("x*", "xxx", "(0,3)"),
        ("(a*)(ab)*(b*)", "abb", "(0,3)(0,1)(?,?)(1,3)"), ("(a*)(a*)", "aaa", "(0,3)(0,3)(3,3)"),
        ("a*(a*)", "aaa", "(0,3)(3,3)"),
        (".*([0-9]+)", "a123", "(0,4)(3,4)"), ("(.*)(.*)", "ab", "(0,2)(0,2)(2,2)"),
        // Groups.
        ("(a)(b)?", "a", "(0,1)(0,1)(?,?)"), ("((a)|b)*", "ab", "(0,2)(1,2)(0,1)"),
        ("(a*)*", "b", "(0,0)(0,0)"), ("(a*)*", "aa", "(0,2)(0,2)"),
        ("(a*)+", "b", "(0,0)(0,0)"), ("(a|b)*c", "abac", "(0,4)(2,3)"), ("()", "a", "(0,0)(0,0)"),
        ("(|a)b", "ab", "(0,2)(0,1)"), ("(a|)b", "b", "(0,1)(0,0)"),
        ("((((a))))", "a", "(0,1)(0,1)(0,1)(0,1)(0,1)"), ("(a)|(b)", "b", "(0,1)(?,?)(0,1)"),
        // Repeats.
        ("a{2}", "aaa", "(0,2)"), ("a{2,}", "aaaa", "(0,4)"), ("a{1,2}", "aaa", "(0,2)"),
        ("a{,2}", "aaa", "(0,2)"), ("a{0}b", "ab", "(1,2)"),
        ("(ab){2}", "ababab", "(0,4)(2,4)"), ("a{2}{2}", "aaaaa", "(0,4)"), ("a**", "aa", "(0,2)"),
        ("a{x", "a{x", "(0,3)"), ("(a{0,1}){2}b", "aab", "(0,3)(1,2)"),
        // Brackets.
        ("[abc]+", "xcabx", "(1,4)"), ("[^abc]", "abcd", "(3,4)"), ("[]a]+", "a]x", "(0,2)"),
        ("[^]a]", "]ab", "(2,3)"), ("[a-c]+", "abcd", "(0,3)"),
        ("[a-]+", "a-b", "(0,2)"), ("[-a]+", "a-b", "(0,2)"), ("[\\n]+", "\\n", "(0,2)"),
        ("[[:digit:]]+", "a12", "(1,3)"), ("[[:alpha:]_]+", "1a_", "(1,3)"),
        ("[[.-.]a]+", "-a", "(0,2)"), ("[[=a=]b]+", "ab", "(0,2)"), ("[a.*]+", "a.*b", "(0,3)"),
        ("[[:space:]]", "a\tb", "(1,2)"), ("[%--]+", "%+-.", "(0,3)"),
        // Escapes.
        ("\\.", "a.b", "(1,2)"), ("a\\*", "a*", "(0,2)"), ("\\\\", "\\", "(0,1)"), ("\\d+", "a42", "(1,3)"),
        ("\\w+", "-a_1-", "(1,4)"), ("\\S+", " ab ", "(1,3)"),
        ("\\(\\)\\[\\]\\{\\}\\|\\^\\$\\+\\?", "()[]{}|^$+?", "(0,11)"), ("{", "{", "(0,1)"),
        ("a]", "a]", "(0,2)"), ("}", "}", "(0,1)"),
        // Characters outside ASCII.
        ("^.$", "\u{E9}", "(0,2)"), ("(.)b", "\u{20AC}b", "(0,4)(0,3)"),
        ("[\u{E0}-\u{FF}]+", "a\u{E9}\u{F6}", "(1,5)"), ("[^a]b", "\u{1F600}b", "(0,5)"),
        ("[\u{400}-\u{4FF}]{3}", "\u{43C}\u{438}\u{440}", "(0,6)"),
        ("[\u{20}-\u{10FFFF}]+", "\u{7FF}\u{800}\u{FFFF}\u{10000}", "(0,12)"),
    ])
    func `a match is the leftmost and longest`(_ pattern: String, _ text: String, _ expected: String) throws {
        #expect(try places(pattern, text) == expected)
    }

    @Test(arguments: [
        ("abc", "xABCy", "(1,4)"), ("[a-c]+", "ABCD", "(0,3)"), ("[^a]", "aAb", "(2,3)"),
        ("STRASSE", "strasse", "(0,7)"), ("\u{E9}", "\u{C9}", "-"),
    ])
    func `ASCII letters may be equal in either case`(_ pattern: String, _ text: String, _ expected: String)
        throws
    {
        #expect(try places(pattern, text, ignoresCase: true) == expected)
    }

    @Test(arguments: [
        ("(a", RegexError.Reason.unclosedGroup, 0), ("a)", .unopenedGroup, 1), ("*a", .nothingToRepeat, 0),
        ("(+a)", .nothingToRepeat, 1), ("a|*", .nothingToRepeat, 2),
        ("^*", .nothingToRepeat, 1), ("[]x", .unclosedBracket, 0), ("[a", .unclosedBracket, 0),
        ("[[:alpha:", .unclosedBracket, 0), ("[[:nope:]]", .unknownClass, 0), ("[[.ab.]]", .unknownClass, 0),
        ("[b-a]", .badRange, 4),
        ("a{2,1}", .badBound, 1), ("a{1001}", .badBound, 1), ("a{1", .badBound, 1), ("a{1x}", .badBound, 1),
        ("a{99999999999999999999}", .badBound, 1), ("{1}", .nothingToRepeat, 0),
        ("a\\", .trailingBackslash, 1),
        ("(a)\\1", .backReference, 3), ("\\bx", .unknownEscape, 0), ("(?:a)", .nothingToRepeat, 1),
        ("((a{1000}){1000}){1000}", .tooLarge, 0), ("((()))", .tooDeep, -1),
    ])
    func `what is no pattern is refused, and its place told`(
        _ pattern: String, _ reason: RegexError.Reason, _ offset: Int
    ) {
        let isDeep = offset < 0
        let text = isDeep ? String(repeating: "(", count: 300) + String(repeating: ")", count: 300) : pattern
        let error = #expect(throws: RegexError.self) {
            try RegularExpression(Array(text.utf8), ignoresCase: false)
        }
        #expect(error?.reason == reason)
        if !isDeep { #expect(error?.offset == offset) }
    }

    @Test func `a pattern that is no UTF-8 is refused, a text that is none is read byte by byte`() throws {
        #expect(throws: RegexError.self) { try RegularExpression([0x61, 0xFF], ignoresCase: false) }
        let expression = try RegularExpression(Array("^M.ller[^a]$".utf8), ignoresCase: false)
        #expect(try expression.isFound(in: [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72, 0xE9]))
    }

    @Test func `twenty-six groups are told, those beyond the limit are not`() throws {
        let expression = try RegularExpression(
            Array(String(repeating: "(.)", count: 26).utf8), ignoresCase: false)
        let match = try expression.firstMatch(in: Array("abcdefghijklmnopqrstuvwxyz".utf8))
        #expect(match?.count == 27)
        #expect(match?.last == 25..<26)
        let many = try RegularExpression(Array(String(repeating: "(a)", count: 90).utf8), ignoresCase: false)
        #expect(
            try many.firstMatch(in: [UInt8](repeating: 0x61, count: 90))?.count == Limits.regexGroupCount + 1)
    }

    @Test func `a bound on any character may be as high as a bound can be`() throws {
        let expression = try RegularExpression(Array("^.{0,1000}$".utf8), ignoresCase: false)
        #expect(try expression.isFound(in: [UInt8](repeating: 0x61, count: 1000)))
        #expect(try !expression.isFound(in: [UInt8](repeating: 0x61, count: 1001)))
    }

    // MARK: Against the obvious algorithm

    /// Where a match that begins at `start` can end.
    private func ends(_ node: RegexNode, _ text: [UInt8], _ start: Int) -> Set<Int> {
        switch node {
        case .empty: return [start]
        case .set(let set): return start < text.count && set.contains(UInt32(text[start])) ? [start + 1] : []
        case .textStart: return start == 0 ? [start] : []
        case .textEnd: return start == text.count ? [start] : []
        case .sequence(let nodes):
            return nodes.reduce([start]) { places, node in Set(places.flatMap { ends(node, text, $0) }) }
        case .alternatives(let nodes): return Set(nodes.flatMap { ends($0, text, start) })
        case .group(_, let inner): return ends(inner, text, start)
        case .repeated(let inner, let least, let most):
            var (places, all) = (Set([start]), least == 0 ? Set([start]) : [])
            for turn in 1...max(1, most ?? text.count + least + 1) where most != 0 {
                places = Set(places.flatMap { ends(inner, text, $0) })
                if turn >= least { all.formUnion(places) }
            }
            return all
        }
    }

    @Test func `the answer is that of the obvious algorithm, in windows too`() throws {
        var random = SeededRandom(seed: 1003)
        var compiled = 0
        for _ in 0..<6000 {
            let pattern = (0..<Int.random(in: 1...10, using: &random)).compactMap { _ in
                "aabb()|*+?.^$[]{,2}".utf8.randomElement(using: &random)
            }
            let text = (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in
                "abab{".utf8.randomElement(using: &random)
            }
            var parser = RegexParser(pattern, ignoresCase: false)
            guard let node = try? parser.parse(),
                let expression = try? RegularExpression(pattern, ignoresCase: false)
            else { continue }
            compiled += 1
            let expected = (0...text.count).lazy.compactMap { start in
                self.ends(node, text, start).max().map { start..<$0 }
            }.first
            let match = try expression.firstMatch(in: text)
            var scan = RegexScan(expression)
            for byte in text { try scan.take([byte]) }
            guard match?[0] != expected || scan.finish() != (expected != nil) else { continue }
            Issue.record(
                "\(String(decoding: pattern, as: UTF8.self)) on \(String(decoding: text, as: UTF8.self)): \(match?[0] as Any), not \(expected as Any)"
            )
        }
        #expect(compiled > 1000)
    }

    // MARK: Hostile patterns

    @Test(arguments: [
        "(a*)*b", "(a|a)*b", "(a+)+b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "a?a?a?a?a?a?a?a?a?a?aaaaaaaaaab",
        "(x+x+)+y", "([a-z]*)*\\d",
    ])
    func `patterns that ruin backtracking read a long text once`(_ pattern: String) throws {
        let expression = try RegularExpression(Array(pattern.utf8), ignoresCase: true)
        #expect(try !expression.isFound(in: [UInt8](repeating: 0x61, count: 20_000)))
        let short = [UInt8](repeating: 0x61, count: 300) + Array("b1yxxy".utf8)
        #expect(try expression.firstMatch(in: short) != nil)
    }

    @Test func `a pattern with more states than are kept is still answered`() throws {
        let expression = try RegularExpression(Array("(a|b)*a(a|b){14}c".utf8), ignoresCase: false)
        var random = SeededRandom(seed: 15)
        var text = (0..<3000).map { _ in Bool.random(using: &random) ? UInt8(0x61) : 0x62 }
        #expect(try !expression.isFound(in: text))
        text[text.count - 15] = 0x61
        #expect(try expression.isFound(in: text + [0x63]))
    }

    @Test func `more work than the limit allows is a fault, not a wait`() throws {
        let expression = try RegularExpression(Array("(a|b)*a(a|b){800}c".utf8), ignoresCase: false)
        var random = SeededRandom(seed: 16)
        let text = (0..<3000).map { _ in Bool.random(using: &random) ? UInt8(0x61) : 0x62 }
        var scan = RegexScan(expression, workLimit: 100_000)
        #expect(throws: RegexFault.self) { try scan.take(text[...]) }
    }
}
