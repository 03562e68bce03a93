/// Match type and comparator as tags give them.
package struct Matching {
    var type = MatchType.equal
    var comparator: Comparator
    /// Where the match type is named.
    var place: ScriptPlace?
}

extension Arguments {
    /// Takes the tags of match type and comparator away; without them `:is` and the default.
    package mutating func matching(default comparator: Comparator = .asciiCasemap) -> Matching {
        var matching = Matching(comparator: comparator)
        if let named = self.comparator() { matching.comparator = named }
        let relations = ["value", "count"].compactMap { name in relation(name) }
        let plain = choice(of: ["is", "contains", "matches", "regex", "list", "cidr"])
        if let plain { (matching.type, matching.place) = (type(plain.name, at: plain.place), plain.place) }
        if let first = relations.first {
            (matching.type, matching.place) = (first.type, first.place)
            for place in relations.dropFirst().map(\.place) + (plain.map { [$0.place] } ?? []) {
                error("there is one match type to a test", at: max(place, first.place))
            }
        }
        return matching
    }

    private mutating func comparator() -> Comparator? {
        guard let name = taggedConstant("comparator") else { return nil }
        guard let comparator = Comparator(rawValue: name.string) else {
            let hint = Suggestion.question(for: name.string, among: Comparator.allCases.map(\.rawValue))
            error("unknown comparator \"\(name.string)\"\(hint)", at: name.place)
            return nil
        }
        if let capability = comparator.capability {
            compilation.demand(capability, for: "comparator \"\(name.string)\"", at: name.place)
        }
        return comparator
    }

    private mutating func type(_ name: String, at place: ScriptPlace) -> MatchType {
        switch name {
        case "contains": return .contains
        case "matches": return .matches
        case "regex":
            compilation.demand(.regex, for: "\":regex\"", at: place)
            return .regex
        case "list":
            compilation.demand(.extlists, for: "\":list\"", at: place)
            return .list
        case "cidr":
            compilation.demand(.cidr, for: "\":cidr\"", at: place)
            return .network
        default: return .equal
        }
    }

    /// `:value "gt"` or `:count "gt"`.
    private mutating func relation(_ name: String) -> (type: MatchType, place: ScriptPlace)? {
        guard let place = place(ofTag: name) else { return nil }
        compilation.demand(.relational, for: "\":\(name)\"", at: place)
        guard let word = taggedConstant(name) else { return nil }
        guard let relation = Relation(rawValue: word.string) else {
            let known = Relation.allCases.map(\.rawValue).joined(separator: ", ")
            error("unknown relation \"\(word.string)\"; known: \(known)", at: word.place)
            return nil
        }
        return (name == "value" ? .value(relation) : .count(relation), place)
    }

    /// The keys that values are compared with.
    package mutating func keys(_ matching: Matching, _ what: String = "keys") -> Keys? {
        checkedKeys(matching, what).flatMap {
            keys(matching, $0, isCapturing: compilation.has(.variables))
        }
    }

    /// The keys of a test that looks into parts of the message: where they are all known now and are to be contained,
    /// they are searched for together with those of all such tests.
    mutating func bodyKeys(_ matching: Matching, in form: BodyForm) -> BodyKeys? {
        guard let strings = checkedKeys(matching, "keys") else { return nil }
        let constants = strings.compactMap(\.constant)
        guard matching.type == .contains, let ignoresCase = matching.comparator.ignoresASCIICase,
            constants.count == strings.count, LiteralSearch.suits(constants)
        else {
            // What wildcards stood for in a body is not kept (RFC 5173 section 6).
            return keys(matching, strings, isCapturing: false).map { .own($0) }
        }
        let before = compilation.includes.keys.byteCount
        let kind = KeyCollection.Kind(form: form, ignoresCase: ignoresCase)
        let shared = compilation.includes.keys.add(constants, kind)
        let isInBounds = charge(compilation.includes.keys.byteCount - before, at: strings.first?.place)
        return isInBounds ? .shared(shared) : nil
    }

    private mutating func keys(
        _ matching: Matching, _ strings: [ScriptString], isCapturing: Bool
    ) -> Keys? {
        if matching.type == .contains {
            // An automaton has at most so many classes of bytes as there are letters and signs in use.
            let keyByteCount = strings.reduce(0) { $0 + ($1.constant?.count ?? 0) }
            guard charge(keyByteCount * 256 + KeyStarts.byteCount, at: strings.first?.place) else {
                return nil
            }
        }
        return Keys(matching.type, matching.comparator, strings, isCapturing: isCapturing)
    }

    /// The keys of a test; nil once told what is wrong with them.
    private mutating func checkedKeys(_ matching: Matching, _ what: String) -> [ScriptString]? {
        guard let strings = strings(what) else { return nil }
        if !matching.comparator.comparesParts, [.contains, .matches, .regex].contains(matching.type) {
            let name = matching.comparator.rawValue
            error("\"\(name)\" compares numbers, not parts of texts", at: matching.place ?? node.place)
        }
        for string in strings {
            guard charge(checked(string, matching), at: string.place) else { return nil }
        }
        return strings
    }

    /// Tells what is wrong with a key that is known now; what it takes in memory by itself.
    private mutating func checked(_ key: ScriptString, _ matching: Matching) -> Int {
        guard let bytes = key.constant else { return 0 }
        let shown = String(decoding: bytes, as: UTF8.self)
        switch matching.type {
        case .network where IPNetwork(bytes) == nil:
            error("\"\(shown)\" is no IP address or network", at: key.place)
        case .list: checkList(shown, at: key.place)
        case .regex:
            do throws(RegexError) {
                return try RegularExpression(bytes, ignoresCase: matching.comparator != .octet).byteCount
            } catch {
                self.error("no regular expression: \(error.reason.rawValue)", at: key.place)
            }
        // Keys of one search take their room together.
        case .contains: break
        case .network, .equal, .matches, .value, .count: return bytes.count * 32
        }
        return 0
    }

    /// Memory for patterns and keys; false once told that it is too much.
    private mutating func charge(_ byteCount: Int, at place: ScriptPlace?) -> Bool {
        compilation.includes.patternByteCount += byteCount
        guard compilation.includes.patternByteCount > options.limits.patternByteCount else { return true }
        error("the patterns of this script are too large together", at: place ?? node.place)
        return false
    }

    /// A list has to be known.
    package mutating func checkList(_ name: String, at place: ScriptPlace) {
        guard let known = options.listNames, !known.contains(name) else { return }
        let hint = Suggestion.question(for: name, among: known)
        error("unknown list \"\(name)\"\(hint)", at: place)
    }
}
