/// Match type, comparator and keys of a test, made ready once when the script is compiled.
struct Matcher: Sendable {
    private enum Key: Sendable {
        case equal([UInt8])
        case part([UInt8])
        case glob(KeyGlob)
    }

    private let comparator: Comparator
    private let keys: [Key]

    init(_ type: MatchType, _ comparator: Comparator, keys: [Text]) {
        self.comparator = comparator
        self.keys = keys.map { key in
            let bytes = comparator.folded(key.bytes)
            switch type {
            case .equal: return .equal(bytes)
            case .contains: return .part(bytes)
            case .matches: return .glob(KeyGlob(bytes))
            }
        }
    }

    /// The first key that the value fits.
    func firstMatch(_ value: [UInt8]) -> Int? {
        let value = comparator.folded(value)
        return keys.firstIndex { key in
            switch key {
            case .equal(let bytes): value == bytes
            case .part(let bytes): ByteSearch.first(bytes, in: value, from: 0) != nil
            case .glob(let glob): glob.matches(value)
            }
        }
    }
}
