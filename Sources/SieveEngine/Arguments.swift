/// Hands the arguments of one command or test to its initialiser: tags by name, the rest in order.
///
/// What is missing or of the wrong kind is told once, where it stands; then the initialiser returns nil.
package struct Arguments {
    package let node: Node
    package var compilation: Compilation
    private var rest: [(index: Int, argument: Argument)]
    private var tagIndices: [Int] = []
    private var firstPositional: Int?
    /// Places in its strings where variables stand.
    private var referenceCount = 0

    init(_ node: Node, _ compilation: Compilation) {
        self.node = node
        self.compilation = compilation
        rest = node.arguments.enumerated().map { ($0.offset, $0.element) }
    }

    package var options: CompileOptions { compilation.options }

    /// The argument is not what it has to be; for initialisers that return nil then.
    package mutating func error(_ text: String, at place: ScriptPlace) {
        compilation.diagnostics.error(text, at: place)
    }

    // MARK: Tags

    /// Where the tag stands, if it does.
    package func place(ofTag name: String) -> ScriptPlace? {
        rest.first { $0.argument.isTag(name) }?.argument.place
    }

    /// Takes the tag away; its place, or nil if it is not there.
    package mutating func tag(_ name: String) -> ScriptPlace? {
        guard let place = rest.firstIndex(where: { $0.argument.isTag(name) }) else { return nil }
        tagIndices.append(rest[place].index)
        return rest.remove(at: place).argument.place
    }

    /// Takes the tag and the string behind it away.
    package mutating func taggedString(_ name: String) -> ScriptString? {
        guard let at = tagWithValue(name) else { return nil }
        guard case .string(let text) = at.value else {
            error("\":\(name)\" needs a string", at: at.place)
            return nil
        }
        return read(text)
    }

    /// The same for a string that has to be known now.
    package mutating func taggedConstant(_ name: String) -> Text? {
        taggedString(name).flatMap { constant($0, "\":\(name)\"") }
    }

    /// Takes the tag and the list, or string, behind it away.
    package mutating func taggedStrings(_ name: String) -> [ScriptString]? {
        guard let at = tagWithValue(name) else { return nil }
        switch at.value {
        case .string(let text): return [read(text)]
        case .list(let list): return list.map { read($0) }
        case .tag, .number:
            error("\":\(name)\" needs a string or a list of strings", at: at.place)
            return nil
        }
    }

    /// Takes the tag and the number behind it away.
    package mutating func taggedNumber(_ name: String) -> Int? {
        guard let at = tagWithValue(name) else { return nil }
        guard case .number(let number) = at.value else {
            error("\":\(name)\" needs a number", at: at.place)
            return nil
        }
        return number
    }

    private mutating func tagWithValue(_ name: String) -> Argument? {
        guard let place = rest.firstIndex(where: { $0.argument.isTag(name) }) else { return nil }
        let at = rest[place].argument.place
        _ = tag(name)
        guard rest.indices.contains(place), !rest[place].argument.isTag else {
            error("\":\(name)\" needs a value behind it", at: at)
            return nil
        }
        return rest.remove(at: place).argument
    }

    /// Takes the tag that names a case away; the first case without one. Two of a kind are an error.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        choice(of: Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0.name) }
    }

    /// The same for names.
    package mutating func choice(of names: [String]) -> (name: String, place: ScriptPlace)? {
        var found: (name: String, place: ScriptPlace)?
        for name in names {
            guard let place = tag(name) else { continue }
            if let found {
                let both = "\":\(found.name)\" and \":\(name)\""
                error("\(both) exclude each other", at: max(place, found.place))
            }
            found = (name, place)
        }
        return found
    }

    // MARK: What comes in order

    package mutating func string(_ what: String) -> ScriptString? {
        guard let argument = positional(what) else { return nil }
        guard case .string(let text) = argument.value else {
            return refuse(argument, "expected \(what), a string")
        }
        return read(text)
    }

    /// The same for a string that has to be known now.
    package mutating func constant(_ what: String) -> Text? {
        string(what).flatMap { constant($0, what) }
    }

    /// A list, or one string for a list of one.
    package mutating func strings(_ what: String) -> [ScriptString]? {
        guard let argument = positional(what) else { return nil }
        switch argument.value {
        case .string(let text): return [read(text)]
        case .list(let list): return list.map { read($0) }
        case .tag, .number: return refuse(argument, "expected \(what), a string or a list of strings")
        }
    }

    /// The same for strings that have to be known now; nil if one is not.
    package mutating func constants(_ what: String) -> [Text]? {
        guard let strings = strings(what) else { return nil }
        let texts = strings.compactMap { constant($0, what) }
        return texts.count == strings.count ? texts : nil
    }

    private mutating func constant(_ string: ScriptString, _ what: String) -> Text? {
        if let bytes = string.constant { return Text(bytes: bytes, place: string.place) }
        error("no variable can stand in \(what)", at: string.place)
        return nil
    }

    package mutating func number(_ what: String) -> Int? {
        guard let argument = positional(what) else { return nil }
        guard case .number(let number) = argument.value else {
            return refuse(argument, "expected \(what), a number")
        }
        return number
    }

    /// Whether anything but tags is left.
    package var hasPositional: Bool { rest.contains { !$0.argument.isTag } }

    private mutating func positional(_ what: String) -> Argument? {
        guard let place = rest.firstIndex(where: { !$0.argument.isTag }) else {
            if !rest.contains(where: \.argument.isTag) {
                error("\"\(node.name)\" needs \(what)", at: node.place)
            }
            return nil
        }
        let (index, argument) = rest.remove(at: place)
        firstPositional = firstPositional ?? index
        return argument
    }

    private mutating func refuse<Value>(_ argument: Argument, _ text: String) -> Value? {
        error("\(text), found \(argument.shown)", at: argument.place)
        return nil
    }

    // MARK: The end

    /// Tells of what nobody asked for; where the reading ended early, that is no fault of the rest.
    mutating func finish(isComplete: Bool) {
        for (_, argument) in rest {
            if argument.isTag {
                error("\"\(node.name)\" takes no \(argument.shown)", at: argument.place)
            } else if isComplete {
                error("\"\(node.name)\" takes no further argument", at: argument.place)
            }
        }
        if let firstPositional, let late = tagIndices.first(where: { $0 > firstPositional }) {
            let argument = node.arguments[late]
            error("\(argument.shown) has to stand before what is no tag", at: argument.place)
        }
    }

    private mutating func read(_ text: Text) -> ScriptString {
        let string = StringReader.read(text, &compilation)
        referenceCount += string.referenceCount
        if referenceCount > Limits.referenceCount,
            referenceCount - string.referenceCount <= Limits.referenceCount
        {
            error(
                "\"\(node.name)\" has variables in more than \(Limits.referenceCount) places", at: text.place)
        }
        return string
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
