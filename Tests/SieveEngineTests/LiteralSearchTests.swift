import PosternTestSupport
import Testing

@testable import SieveEngine

@Suite struct LiteralSearchTests {
    private func found(_ keys: [String], in text: String, ignoresCase: Bool = false) -> [String] {
        let flags = LiteralSearch(keys.map { Array($0.utf8) }, ignoresCase: ignoresCase).found(
            in: Array(text.utf8))
        return zip(keys, flags).filter(\.1).map(\.0)
    }

    @Test(arguments: [
        (["he", "she", "his", "hers"], "ushers", ["he", "she", "hers"]),
        (["a", "aa", "aaa"], "aa", ["a", "aa"]), (["abc", "bc", "c"], "abc", ["abc", "bc", "c"]),
        (["abcd", "bc"], "abce", ["bc"]), (["", "x"], "", [""]), ([], "abc", []),
        (["ab", "ab"], "xab", ["ab", "ab"]), (["\u{E9}"], "caf\u{E9}", ["\u{E9}"]),
    ])
    func `keys are found, those within others too`(_ keys: [String], _ text: String, _ expected: [String]) {
        #expect(found(keys, in: text) == expected)
    }

    @Test func `case counts or does not`() {
        #expect(found(["Secret", "x"], in: "TOP SECRET X", ignoresCase: true) == ["Secret", "x"])
        #expect(found(["Secret", "X"], in: "TOP SECRET X") == ["X"])
    }

    @Test func `all bytes may occur in keys`() {
        let keys = (0...255).map { [UInt8($0), UInt8(255 - $0)] }
        let search = LiteralSearch(keys, ignoresCase: false)
        #expect(search.found(in: Array(0...255)) == (0...255).map { $0 == 127 })
    }

    @Test func `the answer is that of a search key by key, in windows too`() {
        var random = SeededRandom(seed: 1975)
        func some(_ limit: Int) -> [UInt8] {
            (0..<Int.random(in: 0...limit, using: &random)).compactMap { _ in
                "abA".utf8.randomElement(using: &random)
            }
        }
        for _ in 0..<2000 {
            let keys = (0..<Int.random(in: 0...6, using: &random)).map { _ in some(4) }
            let text = some(12)
            let ignoresCase = Bool.random(using: &random)
            func folded(_ bytes: [UInt8]) -> [UInt8] { ignoresCase ? bytes.map(ASCII.lower) : bytes }
            let expected = keys.map { ByteSearch.first(folded($0), in: folded(text), from: 0) != nil }
            let search = LiteralSearch(keys, ignoresCase: ignoresCase)
            var scan = LiteralScan(search)
            for byte in text { scan.take([byte]) }
            #expect(keys.indices.map { scan.hasFound($0..<$0 + 1) } == expected)
            #expect(search.findsAny(in: text) == expected.contains(true))
        }
    }

    @Test func `a scan that stops for some keys and goes on for others reads no byte twice and misses none`()
    {
        var random = SeededRandom(seed: 1977)
        func some(_ limit: Int) -> [UInt8] {
            (0..<Int.random(in: 0...limit, using: &random)).compactMap { _ in
                "abA".utf8.randomElement(using: &random)
            }
        }
        for _ in 0..<2000 {
            let keys = (0..<Int.random(in: 1...8, using: &random)).map { _ in some(5) }
            let text = some(30)
            var scan = LiteralScan(LiteralSearch(keys, ignoresCase: false))
            var end = 0
            for _ in 0..<8 {
                let first = Int.random(in: keys.indices, using: &random)
                let asked = first..<Int.random(in: first...keys.count, using: &random)
                let ends = keys[asked].compactMap { key in
                    ByteSearch.first(key, in: text, from: 0).map { $0 + key.count }
                }
                // It goes no further than to the first of them, and not at all if that is behind it.
                let windowCount = Int.random(in: 1...7, using: &random)
                while !scan.hasFound(asked), scan.position < text.count {
                    _ = scan.take(text[scan.position...].prefix(windowCount), until: asked)
                }
                end = max(end, asked.isEmpty ? text.count : ends.min() ?? text.count)
                #expect(scan.hasFound(asked) == !ends.isEmpty)
                #expect(scan.position == end)
            }
        }
    }

    @Test func `keys that end in each other at every byte are told once`() {
        let keys = (1...300).map { [UInt8](repeating: 0x61, count: $0) }
        #expect(
            !LiteralSearch(keys, ignoresCase: true).found(in: [UInt8](repeating: 0x41, count: 100_000))
                .contains(false))
    }
}

extension LiteralSearch {
    /// Whether each key is in the text.
    fileprivate func found(in text: [UInt8]) -> [Bool] {
        var scan = LiteralScan(self)
        scan.take(text[...])
        return ends.indices.map { scan.hasFound($0..<$0 + 1) }
    }
}
