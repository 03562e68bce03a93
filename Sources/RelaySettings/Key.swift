/// A property that a key's value goes to.
typealias Property<Target, Value> = any WritableKeyPath<Target, Value> & Sendable

/// One key of a mapping: its name, and how what stands behind it gets into a `Target`.
///
/// A table of keys is all there is to say about a mapping: the reader walks it, complains about what is not in it, and
/// `SettingsFile.allKeys` lists it. The default is the initial value of the property that the key path names.
struct Key<Target>: Sendable {
    let name: String
    let isRequired: Bool
    /// The dotted keys behind this one, without its own name.
    let below: [String]
    let read: @Sendable (Item, inout Reading, inout Target) -> Void

    init(
        _ name: String, isRequired: Bool = false, below: [String],
        read: @escaping @Sendable (Item, inout Reading, inout Target) -> Void
    ) {
        self.name = name
        self.isRequired = isRequired
        self.below = below
        self.read = read
    }

    /// A value.
    init<Value>(
        _ name: String, _ path: Property<Target, Value>, _ reader: Reader<Value>,
        isRequired: Bool = false
    ) {
        self.init(name, isRequired: isRequired, below: reader.below) { item, reading, target in
            if let value = reader.read(item, &reading) { target[keyPath: path] = value }
        }
    }

    /// A value, or `null` for none.
    init<Value>(
        _ name: String, orNull path: Property<Target, Value?>, _ reader: Reader<Value>
    ) {
        self.init(name, below: reader.below) { item, reading, target in
            if item.node.isNull {
                target[keyPath: path] = nil
            } else if let value = reader.read(item, &reading) {
                target[keyPath: path] = value
            }
        }
    }

    /// A mapping with keys of its own; those that are left out keep their value.
    init<Section>(
        _ name: String, section path: Property<Target, Section>, _ keys: [Key<Section>]
    ) {
        self.init(name, below: keys.flatMap(\.dotted)) { item, reading, target in
            if !item.node.isNull { reading.read(item, into: &target[keyPath: path], keys) }
        }
    }

    /// The same key for a value that holds a `Target`.
    func within<Outer>(_ path: Property<Outer, Target>) -> Key<Outer> {
        Key<Outer>(name, isRequired: isRequired, below: below) { item, reading, outer in
            read(item, &reading, &outer[keyPath: path])
        }
    }

    /// Its own name, unless it only leads to others, and those behind it.
    var dotted: [String] { below.isEmpty ? [name] : below.map { $0.isEmpty ? name : "\(name).\($0)" } }
}

extension Reading {
    /// Reads a mapping by its table.
    mutating func read<Target>(_ item: Item, into target: inout Target, _ keys: [Key<Target>]) {
        guard let entries = entries(of: item) else { return }
        for key in keys {
            if let entry = entries.first(where: { $0.key.text == key.name }) {
                key.read(item.child(entry), &self, &target)
            } else if key.isRequired {
                let prefix = item.path.isEmpty ? "" : item.path + "."
                error("\(prefix)\(key.name): required, but not set", at: item.owner)
            }
        }
        let names = keys.map(\.name)
        for entry in entries where !names.contains(entry.key.text) {
            refuse(entry.key, in: item, known: names)
        }
    }

    /// A mapping's entries without those whose key was there before.
    mutating func entries(of item: Item) -> [Node.Entry]? {
        guard case .mapping(let entries, _) = item.node else {
            mismatch(item, expected: "a mapping")
            return nil
        }
        var first: [String: Place] = [:]
        return entries.filter { entry in
            guard let earlier = first.updateValue(entry.key.place, forKey: entry.key.text) else {
                return true
            }
            first[entry.key.text] = earlier
            let path = item.child(entry).path
            error("\(path): set twice; first in line \(earlier.line)", at: entry.key.place)
            return false
        }
    }

    private mutating func refuse(_ key: Node.Scalar, in item: Item, known: [String]) {
        let place = item.path.isEmpty ? "" : " in \(item.path)"
        error(
            "unknown key \(quoted(key.text))\(place)\(hint(for: key.text, in: item, known: known))",
            at: key.place)
    }

    private func hint(for key: String, in item: Item, known: [String]) -> String {
        let pattern = item.pattern.isEmpty ? key : "\(item.pattern).\(key)"
        if LaterKeys.contains(pattern) { return "; it is not built in this version" }
        return isFull ? "" : Suggestion.question(for: key, among: known)
    }
}
