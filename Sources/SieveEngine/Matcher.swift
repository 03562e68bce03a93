/// Match type, comparator and keys, made ready: once when the script is compiled if no variable stands in a key.
struct Matcher: Sendable {
    private enum Key: Sendable {
        case equal([UInt8])
        case part([UInt8])
        case glob(KeyGlob)
        case related(Relation, [UInt8])
        case list([UInt8])
        case network(IPNetwork?)
        case regex(RegularExpression?)
    }

    /// What matched: the key's number, and what its wildcards stood for if anybody wants to know.
    struct Match {
        let key: Int
        /// The whole value, then each wildcard's part; nil: the match type has none.
        let values: [[UInt8]]?
    }

    let type: MatchType
    private let comparator: Comparator
    private let keys: [Key]

    init(_ type: MatchType, _ comparator: Comparator, keys: [[UInt8]]) {
        self.type = type
        self.comparator = comparator
        self.keys = keys.map { key in
            switch type {
            case .equal: .equal(comparator.folded(key))
            case .contains: .part(comparator.folded(key))
            case .matches: .glob(KeyGlob(comparator.folded(key)))
            case .value(let relation), .count(let relation): .related(relation, comparator.folded(key))
            case .list: .list(key)
            case .network: .network(IPNetwork(key))
            // What is no regular expression matches nothing; the validator tells of those that it sees.
            case .regex: .regex(try? RegularExpression(key, ignoresCase: comparator != .octet))
            }
        }
    }

    /// The first key that the value fits.
    func firstMatch(
        _ value: [UInt8], _ lists: [String: SieveList] = [:], capturing: Bool = false
    ) throws(SieveFault) -> Match? {
        let folded = comparator.folded(value)
        for (number, key) in keys.enumerated() {
            switch key {
            case .equal(let bytes): if folded == bytes { return Match(key: number, values: nil) }
            case .part(let bytes):
                if ByteSearch.first(bytes, in: folded, from: 0) != nil {
                    return Match(key: number, values: nil)
                }
            case .glob(let glob):
                guard let ranges = glob.match(folded) else { continue }
                return Match(key: number, values: capturing ? parts(ranges, of: value, folded) : nil)
            case .related(let relation, let bytes):
                if relation.holds(folded, bytes, comparator) { return Match(key: number, values: nil) }
            case .list(let name):
                let list = lists[String(decoding: name, as: UTF8.self)]
                if list?.contains(value) == true { return Match(key: number, values: [value]) }
            case .regex(let regex):
                guard let regex, let values = try Self.values(of: regex, in: value, capturing) else {
                    continue
                }
                return Match(key: number, values: capturing ? values : nil)
            case .network(let network):
                if let network, IPNetwork(value).map(network.contains) == true {
                    return Match(key: number, values: nil)
                }
            }
        }
        return nil
    }

    /// The whole match and its groups, or nothing of them where nobody wants to know; nil: there is no match.
    private static func values(
        of regex: RegularExpression, in value: [UInt8], _ capturing: Bool
    ) throws(SieveFault) -> [[UInt8]]? {
        do throws(RegexFault) {
            guard capturing else { return try regex.isFound(in: value) ? [] : nil }
            let ranges = try regex.firstMatch(in: value)
            return ranges?.prefix(Limits.matchValueCount + 1).map { $0.map { Array(value[$0]) } ?? [] }
        } catch {
            throw .unfit("a regular expression makes too much work")
        }
    }

    /// Letters may change their length when they lose their case; then the text without case is what is left.
    private func parts(_ ranges: [Range<Int>], of value: [UInt8], _ folded: [UInt8]) -> [[UInt8]] {
        let source = value.count == folded.count ? value : folded
        return [value] + ranges.prefix(Limits.matchValueCount).map { Array(source[$0]) }
    }
}

/// The keys of a test, with match type and comparator, as compiled.
package struct Keys: Sendable {
    let type: MatchType
    private let comparator: Comparator
    private let strings: [ScriptString]
    /// nil: variables stand in the keys.
    private let fixed: Matcher?
    /// The script may ask what the wildcards stood for.
    private let isCapturing: Bool

    init(_ type: MatchType, _ comparator: Comparator, _ strings: [ScriptString], isCapturing: Bool) {
        self.type = type
        self.comparator = comparator
        self.strings = strings
        self.isCapturing = isCapturing
        let constants = strings.compactMap(\.constant)
        fixed = constants.count == strings.count ? Matcher(type, comparator, keys: constants) : nil
    }

    /// The same keys, of whose wildcards nothing is kept.
    var withoutCapturing: Keys { Keys(type, comparator, strings, isCapturing: false) }

    /// Whether any value fits any key; with `:count`, whether their number does.
    package func match(_ values: [[UInt8]], in run: inout SieveRun) throws(SieveFault) -> Bool {
        let matcher =
            fixed ?? Matcher(type, comparator, keys: strings.map { run.variables.expanded($0) })
        if case .count = type { return try matcher.firstMatch(Array("\(values.count)".utf8)) != nil }
        for value in values {
            guard let match = try matcher.firstMatch(value, run.context.lists, capturing: isCapturing) else {
                continue
            }
            if isCapturing, let values = match.values { run.variables.matchValues = values }
            return true
        }
        return false
    }
}
