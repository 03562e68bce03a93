import Testing

@testable import SieveEngine

@Suite struct KeyCollectionTests {
    private let text = KeyCollection.Kind(form: .text, ignoresCase: true)

    private func keys(_ count: Int, of length: Int, _ name: String) -> [[UInt8]] {
        (0..<count).map { Array("\(name) \($0) ".utf8) + [UInt8](repeating: 0x78, count: length) }
    }

    @Test func `keys of one kind are one search, and each test has its own among them`() {
        var collection = KeyCollection()
        let first = collection.add([Array("one".utf8), Array("two".utf8)], text)
        let second = collection.add([Array("three".utf8)], text)
        #expect(first == SharedKeys(search: 0, keys: 0..<2))
        #expect(second == SharedKeys(search: 0, keys: 2..<3))
        var scan = LiteralScan(collection.searches[0])
        scan.take(Array("nobody or THREE".utf8)[...])
        #expect(scan.hasFound(second.keys))
        #expect(!scan.hasFound(first.keys))
    }

    @Test func `texts of another form, or another view of letters, are another search`() {
        var collection = KeyCollection()
        let key = [Array("a".utf8)]
        let kinds = [BodyForm.raw, .text, .content].flatMap { form in
            [true, false].map { KeyCollection.Kind(form: form, ignoresCase: $0) }
        }
        #expect(kinds.map { collection.add(key, $0).search } == Array(0..<6))
        #expect(collection.searches.count == 6)
    }

    @Test func `more keys than one search holds are spread over several, each test's in one`() {
        var collection = KeyCollection()
        var tests: [(shared: SharedKeys, keys: [[UInt8]])] = []
        for number in 0..<60 {
            let keys = keys(100, of: 20, "test \(number)")
            tests.append((collection.add(keys, text), keys))
        }
        let searches = collection.searches
        #expect(searches.count > 1)
        for (shared, keys) in tests {
            var scan = LiteralScan(searches[shared.search])
            scan.take(keys[99][...])
            #expect(scan.hasFound(shared.keys.suffix(1)))
            #expect(!scan.hasFound(shared.keys.dropLast(1)))
        }
    }

    @Test func `what the searches take in memory is known before they are made`() {
        var collection = KeyCollection()
        _ = collection.add(keys(100, of: 100, "a"), text)
        let small = collection.byteCount
        #expect(small > 10_000 * 4 * 10)
        // Bytes that were not in use make every row longer.
        _ = collection.add([Array(0x80...0xFF)], text)
        #expect(collection.byteCount > small + 10_000 * 4 * 128)
    }
}
