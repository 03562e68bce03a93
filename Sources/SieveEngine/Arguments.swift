/// Hands the arguments of one command or test to its initialiser: tags by name, the rest in order.
///
/// What is missing or of the wrong kind is told once, where it stands; then the initialiser returns nil.
struct Arguments {
    let node: Node
    let capabilities: Set<Capability>
    let options: CompileOptions
    var diagnostics: Diagnostics
    /// What the command or test reveals of the script.
    var facts = ScriptFacts()
    private var rest: [(index: Int, argument: Argument)]
    private var tagIndices: [Int] = []
    private var firstPositional: Int?

    init(_ node: Node, _ capabilities: Set<Capability>, _ options: CompileOptions, _ diagnostics: Diagnostics)
    {
        self.node = node
        self.capabilities = capabilities
        self.options = options
        self.diagnostics = diagnostics
        rest = node.arguments.enumerated().map { ($0.offset, $0.element) }
    }

    // MARK: Tags

    /// Where the tag stands, if it does.
    func place(ofTag name: String) -> ScriptPlace? { rest.first { $0.argument.isTag(name) }?.argument.place }

    /// Takes the tag away; its place, or nil if it is not there.
    mutating func tag(_ name: String) -> ScriptPlace? {
        guard let place = rest.firstIndex(where: { $0.argument.isTag(name) }) else { return nil }
        tagIndices.append(rest[place].index)
        return rest.remove(at: place).argument.place
    }

    /// Takes the tag and the string behind it away.
    mutating func taggedString(_ name: String) -> Text? {
        guard let at = tagWithValue(name) else { return nil }
        guard case .string(let text) = at.value else {
            diagnostics.error("\":\(name)\" needs a string", at: at.place)
            return nil
        }
        return decoded(text)
    }

    /// Takes the tag and the number behind it away.
    mutating func taggedNumber(_ name: String) -> Int? {
        guard let at = tagWithValue(name) else { return nil }
        guard case .number(let number) = at.value else {
            diagnostics.error("\":\(name)\" needs a number", at: at.place)
            return nil
        }
        return number
    }

    private mutating func tagWithValue(_ name: String) -> Argument? {
        guard let place = rest.firstIndex(where: { $0.argument.isTag(name) }) else { return nil }
        let at = rest[place].argument.place
        _ = tag(name)
        guard rest.indices.contains(place), !rest[place].argument.isTag else {
            diagnostics.error("\":\(name)\" needs a value behind it", at: at)
            return nil
        }
        return rest.remove(at: place).argument
    }

    /// Takes the tag that names a case away; the first case without one. Two of a kind are an error.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        var found: (choice: Choice, place: ScriptPlace)?
        for candidate in Choice.allCases {
            guard let place = tag(candidate.rawValue) else { continue }
            if let found {
                let both = "\":\(found.choice.rawValue)\" and \":\(candidate.rawValue)\""
                diagnostics.error("\(both) exclude each other", at: max(place, found.place))
            }
            found = (candidate, place)
        }
        return found?.choice
    }

    /// Match type and comparator, with their defaults.
    mutating func matching() -> (type: MatchType, comparator: Comparator) {
        let name = taggedString("comparator")
        let type = choice(MatchType.self) ?? .equal
        guard let name else { return (type, .asciiCasemap) }
        if let comparator = Comparator(rawValue: name.string) { return (type, comparator) }
        let known = Comparator.allCases.map(\.rawValue)
        let hint = Suggestion.question(for: name.string, among: known)
        diagnostics.error("unknown comparator \"\(name.string)\"\(hint)", at: name.place)
        return (type, .asciiCasemap)
    }

    // MARK: What comes in order

    mutating func string(_ what: String) -> Text? {
        guard let argument = positional(what) else { return nil }
        guard case .string(let text) = argument.value else {
            return refuse(argument, "expected \(what), a string")
        }
        return decoded(text)
    }

    /// A list, or one string for a list of one.
    mutating func strings(_ what: String) -> [Text]? {
        guard let argument = positional(what) else { return nil }
        switch argument.value {
        case .string(let text): return [decoded(text)]
        case .list(let list): return list.map { decoded($0) }
        case .tag, .number: return refuse(argument, "expected \(what), a string or a list of strings")
        }
    }

    mutating func number(_ what: String) -> Int? {
        guard let argument = positional(what) else { return nil }
        guard case .number(let number) = argument.value else {
            return refuse(argument, "expected \(what), a number")
        }
        return number
    }

    /// The names of header fields, checked and in lower case.
    mutating func fieldNames() -> [String]? {
        strings("names of header fields").map { names in
            names.map { name in
                if !name.isFieldName {
                    diagnostics.warning("no header field has the name \"\(name.string)\"", at: name.place)
                }
                return ASCII.lowercased(name.bytes[...])
            }
        }
    }

    /// Whether anything but tags is left.
    var hasPositional: Bool { rest.contains { !$0.argument.isTag } }

    private mutating func positional(_ what: String) -> Argument? {
        guard let place = rest.firstIndex(where: { !$0.argument.isTag }) else {
            if !rest.contains(where: \.argument.isTag) {
                diagnostics.error("\"\(node.name)\" needs \(what)", at: node.place)
            }
            return nil
        }
        let (index, argument) = rest.remove(at: place)
        firstPositional = firstPositional ?? index
        return argument
    }

    private mutating func refuse<Value>(_ argument: Argument, _ text: String) -> Value? {
        diagnostics.error("\(text), found \(argument.shown)", at: argument.place)
        return nil
    }

    // MARK: The end

    /// Tells of what nobody asked for; where the reading ended early, that is no fault of the rest.
    mutating func finish(isComplete: Bool) {
        for (_, argument) in rest {
            if argument.isTag {
                diagnostics.error("\"\(node.name)\" takes no \(argument.shown)", at: argument.place)
            } else if isComplete {
                diagnostics.error("\"\(node.name)\" takes no further argument", at: argument.place)
            }
        }
        if let firstPositional, let late = tagIndices.first(where: { $0 > firstPositional }) {
            let argument = node.arguments[late]
            diagnostics.error("\(argument.shown) has to stand before what is no tag", at: argument.place)
        }
    }

    private mutating func decoded(_ text: Text) -> Text {
        guard capabilities.contains(.encodedCharacter) else { return text }
        return EncodedCharacter.decode(text, &diagnostics)
    }
}

extension Argument {
    var isTag: Bool { if case .tag = value { true } else { false } }

    func isTag(_ name: String) -> Bool { if case .tag(name) = value { true } else { false } }

    /// The argument as a message names it.
    var shown: String {
        switch value {
        case .tag(let name): "\":\(name)\""
        case .number: "a number"
        case .string: "a string"
        case .list: "a list"
        }
    }
}

extension Text {
    var isFieldName: Bool { !bytes.isEmpty && bytes.allSatisfy(ASCII.isFieldNameByte) }
}
