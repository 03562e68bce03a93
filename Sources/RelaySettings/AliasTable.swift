package import MailSyntax

/// What names of this machine stand for, as an alias file says (aliases(5)).
package struct AliasTable: Hashable, Sendable {
    /// An address that a name stands for.
    struct Target: Hashable, Sendable {
        var address: Address
        /// Written with a backslash: no alias of this name is looked for.
        var isFinal = false
        var place = Place.start
    }

    struct Alias: Hashable, Sendable {
        var targets: [Target]
        var place = Place.start
    }

    /// The file, for findings.
    var path = ""
    /// By name, in lower case and without quotes.
    private(set) var aliases: [String: Alias] = [:]

    /// A table without a name.
    package init() {}

    /// A table of names and the addresses that they stand for; a bare address is a name, or of the origin.
    package init(_ names: [String: [Address]]) {
        aliases = names.mapValues { Alias(targets: $0.map { Target(address: $0) }) }
    }

    package var isEmpty: Bool { aliases.isEmpty }

    subscript(name: String) -> Alias? { aliases[name] }

    /// The alias that had the name before, which is kept.
    mutating func add(_ name: String, _ alias: Alias) -> Alias? {
        if let earlier = aliases[name] { return earlier }
        aliases[name] = alias
        return nil
    }

    /// The name under which an address is looked for.
    static func name(of address: Address) -> String { address.unquotedLocalPart.lowercased() }
}
