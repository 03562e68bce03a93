import PosternTestSupport
import Testing

@testable import SieveEngine

struct KeyGlobTests {
    private func fits(_ key: String, _ value: String) -> Bool {
        KeyGlob(Array(key.utf8)).fits(Array(value.utf8))
    }

    @Test(arguments: [
        ("", ""), ("*", ""), ("*", "x"), ("**", ""), ("***", "xyz"), ("?", "x"), ("?*", "x"), ("*?", "xy"),
        ("a*b", "ab"), ("a*b", "axxb"), ("a*b*c", "abcbc"), ("*b*", "abc"), ("a*a", "aa"), ("*aa", "aaa"),
        ("?\u{E9}?", "x\u{E9}y"), ("?", "\u{20AC}"), ("*??", "\u{20AC}\u{20AC}"), ("\\*", "*"), ("\\?", "?"),
        ("\\\\", "\\"), ("\\x", "x"), ("x\\", "x\\"), ("a\\*b", "a*b"), ("*\\**", "x*y"),
        ("*a?c*", "xxabcxx"),
        ("*a?a?b", "aaaaaaab"),
    ])
    func `a value fits its key`(_ key: String, _ value: String) { #expect(fits(key, value)) }

    @Test(arguments: [
        ("", "x"), ("?", ""), ("?", "xy"), ("a", "b"), ("a*", "ba"), ("*a", "ab"), ("a*a", "a"),
        ("aa*aa", "aaa"),
        ("*b*", "ac"), ("\\*", "x"), ("\\?", "x"), ("a?b", "ab"), ("??", "\u{20AC}"), ("*a*b*", "ba"),
    ])
    func `a value does not fit another key`(_ key: String, _ value: String) { #expect(!fits(key, value)) }

    /// The obvious way, which takes its time.
    private func slow(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool {
        guard let first = key.first else { return value.isEmpty }
        if first == ASCII.star {
            return (value.startIndex...value.endIndex).contains { slow(key.dropFirst(), value[$0...]) }
        }
        guard let head = value.first else { return false }
        return (first == ASCII.question || first == head) && slow(key.dropFirst(), value.dropFirst())
    }

    @Test func `the answer is that of the obvious algorithm`() {
        var random = SeededRandom(seed: 5228)
        func some(_ letters: String, _ limit: Int) -> [UInt8] {
            (0..<Int.random(in: 0...limit, using: &random)).compactMap { _ in
                letters.utf8.randomElement(using: &random)
            }
        }
        for _ in 0..<4000 {
            let (key, value) = (some("ab*?", 7), some("ab", 9))
            guard KeyGlob(key).fits(value) != slow(key[...], value[...]) else { continue }
            Issue.record("\(String(decoding: key, as: UTF8.self)) \(String(decoding: value, as: UTF8.self))")
        }
    }

    @Test func `keys that ruin backtracking are answered`() {
        let key = String(repeating: "*a", count: 200) + "*b"
        #expect(!fits(key, String(repeating: "a", count: 100_000)))
    }
}

extension KeyGlob {
    fileprivate func fits(_ value: [UInt8]) -> Bool {
        var work = WorkBudget(limit: 1_000_000)
        // More work than that would be a finding of its own.
        return (try? match(value, &work)) != nil
    }
}
