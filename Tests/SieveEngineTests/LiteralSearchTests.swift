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
            var scan = LiteralScan(LiteralSearch(keys, ignoresCase: ignoresCase))
            for byte in text { scan.take([byte]) }
            #expect(scan.found == expected)
            #expect(scan.isComplete == !expected.contains(false))
            let search = LiteralSearch(keys, ignoresCase: ignoresCase)
            #expect(search.findsAny(in: text) == expected.contains(true))
        }
    }

    @Test func `keys that end in each other at every byte are told once`() {
        let keys = (1...300).map { [UInt8](repeating: 0x61, count: $0) }
        #expect(
            !LiteralSearch(keys, ignoresCase: true).found(in: [UInt8](repeating: 0x41, count: 100_000))
                .contains(false))
    }

    @Test func `more keys than one automaton holds are spread over several`() {
        let keys = (0..<3000).map { Array("key number \($0) with some length".utf8) }
        let found = LiteralSearch(keys, ignoresCase: false).found(in: keys[0] + keys[2999])
        #expect(found.indices.filter { found[$0] } == [0, 2999])
    }
}
