/// Match type, comparator and keys, made ready: once when the script is compiled if no variable stands in a key.
struct Matcher: Sendable {
    private enum Key: Sendable {
        case equal([UInt8])
        case part([UInt8])
        /// All keys in one pass.
        case parts(LiteralSearch)
        case glob(KeyGlob)
        case related(Relation, [UInt8])
        case list([UInt8])
        case network(IPNetwork?)
        case regex(RegularExpression?)

        /// It is compared with a value without case, not with the value itself.
        var wantsFolded: Bool {
            switch self {
            case .equal, .part, .glob, .related: true
            case .parts, .list, .network, .regex: false
            }
        }
    }

    /// What matched: what its wildcards stood for if anybody wants to know.
    struct Match {
        /// The whole value, then each wildcard's part; nil: the match type has none.
        let values: [[UInt8]]?
    }

    let type: MatchType
    private let comparator: Comparator
    private let keys: [Key]

    /// `isLasting`: many values will come, so that making much ready is worth its while.
    init(_ type: MatchType, _ comparator: Comparator, keys: [[UInt8]], isLasting: Bool) {
        self.type = type
        self.comparator = comparator
        let isSearched = isLasting && type == .contains && LiteralSearch.suits(keys)
        if isSearched, let ignoresCase = comparator.ignoresASCIICase {
            self.keys = [.parts(LiteralSearch(keys, ignoresCase: ignoresCase))]
            return
        }
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
        _ value: [UInt8], _ lists: [String: SieveList] = [:], capturing: Bool, _ work: inout WorkBudget
    ) throws(SieveFault) -> Match? {
        try work.spend(value.count * keys.count + WorkCost.field)
        let folded = keys.contains(where: \.wantsFolded) ? comparator.folded(value) : []
        for key in keys {
            switch key {
            case .equal(let bytes): if folded == bytes { return Match(values: nil) }
            case .part(let bytes):
                if ByteSearch.first(bytes, in: folded, from: 0) != nil { return Match(values: nil) }
            case .parts(let search): if search.findsAny(in: value) { return Match(values: nil) }
            case .glob(let glob):
                guard let ranges = try glob.match(folded, &work) else { continue }
                return Match(values: capturing ? parts(ranges, of: value, folded) : nil)
            case .related(let relation, let bytes):
                if relation.holds(folded, bytes, comparator) { return Match(values: nil) }
            case .list(let name):
                let list = lists[String(decoding: name, as: UTF8.self)]
                if list?.contains(value) == true { return Match(values: [value]) }
            case .regex(let regex):
                guard let regex, let values = try Self.values(of: regex, in: value, capturing, &work) else {
                    continue
                }
                return Match(values: capturing ? values : nil)
            case .network(let network):
                if let network, IPNetwork(value).map(network.contains) == true { return Match(values: nil) }
            }
        }
        return nil
    }

    /// The whole match and its groups, or nothing of them where nobody wants to know; nil: there is no match.
    private static func values(
        of regex: RegularExpression, in value: [UInt8], _ capturing: Bool, _ work: inout WorkBudget
    ) throws(SieveFault) -> [[UInt8]]? {
        guard capturing else { return try regex.isFound(in: value, &work) ? [] : nil }
        let ranges = try regex.firstMatch(in: value, &work)
        return ranges?.prefix(Limits.matchValueCount + 1).map { $0.map { Array(value[$0]) } ?? [] }
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
        fixed =
            constants.count == strings.count
            ? Matcher(type, comparator, keys: constants, isLasting: true) : nil
    }

    /// It is how many values there are that counts.
    var isCounting: Bool { if case .count = type { true } else { false } }

    /// Whether any value fits any key; with `:count`, whether their number does.
    package func match(_ values: [[UInt8]], in run: inout SieveRun) throws(SieveFault) -> Bool {
        let matcher = if let fixed { fixed } else { try made(in: &run) }
        if isCounting {
            return try matcher.firstMatch(Array("\(values.count)".utf8), capturing: false, &run.work) != nil
        }
        for value in values {
            let match = try matcher.firstMatch(value, run.context.lists, capturing: isCapturing, &run.work)
            guard let match else { continue }
            if isCapturing, let values = match.values { run.keep(matchValues: values) }
            return true
        }
        return false
    }

    /// With the values that the variables have now.
    private func made(in run: inout SieveRun) throws(SieveFault) -> Matcher {
        let keys = strings.map { run.expanded($0) }
        let byteCount = keys.reduce(0) { $0 + $1.count }
        try run.spend(type == .regex ? keys.count * WorkCost.regexPattern : byteCount)
        return Matcher(type, comparator, keys: keys, isLasting: false)
    }
}

extension SieveRun {
    /// What wildcards stood for is bounded like a variable's value.
    fileprivate mutating func keep(matchValues: [[UInt8]]) {
        let limit = context.limits.variableByteCount
        variables.matchValues = matchValues.map { $0.count > limit ? Modifiers.cut($0, limit) : $0 }
    }
}
