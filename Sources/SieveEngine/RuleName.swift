/// A comment of the form `# rule: cards`, which names the command directly below it for logs and statistics.
struct RuleName {
    let text: String
    let place: ScriptPlace

    /// nil: the comment, without its `#`, is another one. `# rule:[cards]`, as editors of such scripts write it, is the
    /// same name.
    init?(_ comment: ArraySlice<UInt8>, at place: ScriptPlace) {
        var rest = Self.trimmed(comment)
        let word = Array("rule:".utf8)
        guard ASCII.lowercased(rest.prefix(word.count)).utf8.elementsEqual(word) else { return nil }
        rest = Self.trimmed(rest.dropFirst(word.count))
        if rest.first == UInt8(ascii: "["), rest.last == UInt8(ascii: "]"), rest.count > 2 {
            rest = rest.dropFirst().dropLast()
        }
        text = String(decoding: rest, as: UTF8.self)
        self.place = place
    }

    /// What the journal's fields and tables have room for.
    var isFit: Bool {
        !text.isEmpty && text.count <= Limits.ruleNameCharacterCount
            && text.utf8.allSatisfy { $0 >= ASCII.space && $0 != 0x7F }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let front = bytes.drop(while: ASCII.isWhite)
        return front.dropLast(front.reversed().prefix(while: ASCII.isWhite).count)
    }
}

/// The names of a script's rules, in the order of the script, and whether a command stands directly below each.
struct RuleNames {
    private(set) var all: [(name: RuleName, isUsed: Bool)] = []

    mutating func add(_ name: RuleName) { all.append((name, false)) }

    /// The name of the command that begins here.
    mutating func name(above place: ScriptPlace) -> String? {
        guard let last = all.indices.last, all[last].name.place.line == place.line - 1, all[last].name.isFit
        else { return nil }
        all[last].isUsed = true
        return all[last].name.text
    }

    /// Tells of names that do not do what their writer meant.
    func check(_ diagnostics: inout Diagnostics) {
        var lines: [String: Int] = [:]
        for (name, isUsed) in all {
            if !name.isFit {
                let text = "the name of a rule has 1 to \(Limits.ruleNameCharacterCount) characters"
                diagnostics.warning(text, at: name.place)
            } else if !isUsed {
                diagnostics.warning("no command stands directly below this name of a rule", at: name.place)
            } else if let line = lines[name.text] {
                let text = "the name \"\(name.text)\" is that of the rule in line \(line) already"
                diagnostics.warning(text, at: name.place)
            } else {
                lines[name.text] = name.place.line
            }
        }
    }
}
