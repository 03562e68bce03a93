/// A string of a script as compiled: text, and what variables put into it (RFC 5229 section 3).
package struct ScriptString: Sendable {
    enum Part: Sendable {
        case text([UInt8])
        case variable(Variable)
        /// What `*`, `?` or a group of the last match stood for.
        case matchValue(Int)
    }

    let parts: [Part]
    package let place: ScriptPlace
    /// The text; nil: variables stand in it.
    package let constant: [UInt8]?

    init(_ parts: [Part], at place: ScriptPlace) {
        self.parts = parts
        self.place = place
        switch parts.count {
        case 0: constant = []
        case 1: if case .text(let bytes) = parts[0] { constant = bytes } else { constant = nil }
        default: constant = nil
        }
    }

    /// How often a variable stands in it.
    var referenceCount: Int {
        parts.count { if case .text = $0 { false } else { true } }
    }

    init(_ text: Text) { self.init([.text(text.bytes)], at: text.place) }
}

/// Where a variable's value is kept.
enum Variable: Hashable, Sendable {
    /// In the script's own table.
    case local(Int)
    /// Shared by all scripts of a run (RFC 6609 section 3.4), by name.
    case global(String)
}

/// Reads the strings of a script: encoded characters and variables become what they stand for.
struct StringReader {
    private var rest: ArraySlice<UInt8>
    private let place: ScriptPlace
    private var text: [UInt8] = []
    private var parts: [ScriptString.Part] = []

    private init(_ text: Text) {
        rest = text.bytes[...]
        place = text.place
    }

    static func read(_ text: Text, _ compilation: inout Compilation) -> ScriptString {
        let hasCharacters = compilation.has(.encodedCharacter)
        let hasVariables = compilation.has(.variables)
        guard hasCharacters || hasVariables, text.bytes.contains(UInt8(ascii: "$")) else {
            return ScriptString(text)
        }
        var plain = text
        if hasCharacters {
            plain = EncodedCharacter.decode(text, &compilation.diagnostics)
            if plain.bytes != text.bytes { compilation.use(.encodedCharacter) }
        }
        guard hasVariables else { return ScriptString(plain) }
        // Variables come second: an encoded character may be part of a variable's name (RFC 5229 section 3).
        var reader = StringReader(plain)
        reader.read(&compilation)
        return ScriptString(reader.parts, at: text.place)
    }

    private mutating func read(_ compilation: inout Compilation) {
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            text += rest[..<dollar]
            rest = rest[dollar...]
            if let name = VariableName.take(&rest) {
                add(name, &compilation)
            } else {
                text.append(rest.removeFirst())
            }
        }
        text += rest
        flush()
    }

    private mutating func flush() {
        if !text.isEmpty { parts.append(.text(text)) }
        text = []
    }

    private mutating func add(_ name: VariableName, _ compilation: inout Compilation) {
        compilation.use(.variables)
        guard let part = name.part(at: place, &compilation) else { return }
        flush()
        parts.append(part)
    }
}

/// What stands in `${...}` (RFC 5229 section 3).
enum VariableName {
    case number(Int)
    case name(String)
    /// `global.name`
    case member(of: String, String)

    /// Takes `${name}` off the front, or nothing.
    static func take(_ rest: inout ArraySlice<UInt8>) -> VariableName? {
        guard rest.starts(with: [UInt8(ascii: "$"), UInt8(ascii: "{")]) else { return nil }
        let content = rest.dropFirst(2).prefix { ASCII.isIdentifierByte($0) || $0 == ASCII.dot }
        guard content.endIndex < rest.endIndex, rest[content.endIndex] == UInt8(ascii: "}"),
            let name = VariableName(content)
        else { return nil }
        rest = rest[(content.endIndex + 1)...]
        return name
    }

    /// nil: it follows no grammar.
    init?(_ text: ArraySlice<UInt8>) {
        if !text.isEmpty, text.allSatisfy(ASCII.isDigit) {
            self = .number(text.reduce(0) { min($0 * 10 + Int($1 - 0x30), 1_000_000) })
            return
        }
        let words = text.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard words.allSatisfy({ $0.first.map(ASCII.isIdentifierStart) ?? false }), let last = words.last
        else {
            return nil
        }
        let name = ASCII.lowercased(last)
        if words.count == 1 {
            self = .name(name)
        } else {
            self = .member(of: words.dropLast().map(ASCII.lowercased).joined(separator: "."), name)
        }
    }

    fileprivate func part(at place: ScriptPlace, _ compilation: inout Compilation) -> ScriptString.Part? {
        switch self {
        case .number(let number):
            if number <= Limits.matchValueCount { return .matchValue(number) }
            compilation.diagnostics.error(
                "a match leaves ${0} to ${\(Limits.matchValueCount)} behind, and nothing beyond", at: place)
            return nil
        case .member(let space, let name):
            if let text = compilation.options.vocabulary.constants["\(space).\(name)"] {
                return .text(Array(text.utf8))
            }
            return variable(at: place, &compilation).map { .variable($0) }
        case .name:
            return variable(at: place, &compilation).map { .variable($0) }
        }
    }

    /// The variable of this name; nil once told that there can be none.
    func variable(at place: ScriptPlace, _ compilation: inout Compilation) -> Variable? {
        switch self {
        case .number(let number):
            compilation.diagnostics.error("\"\(number)\" is no name of a variable", at: place)
            return nil
        case .name(let name): return compilation.variable(name, at: place)
        case .member(let space, let name):
            if space == "global", compilation.has(.include) {
                compilation.use(.include)
                return .global(name)
            }
            compilation.diagnostics.error("unknown namespace \"\(space)\" of variables", at: place)
            return nil
        }
    }
}
