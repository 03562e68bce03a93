/// Makes a value of what stands behind a key, or says why that cannot be.
struct Reader<Value>: Sendable {
    /// The dotted keys inside such a value; `""` stands for the value itself. Empty: it has none.
    let below: [String]
    let read: @Sendable (Item, inout Reading) -> Value?

    init(below: [String] = [], read: @escaping @Sendable (Item, inout Reading) -> Value?) {
        self.below = below
        self.read = read
    }

    /// A scalar that `parse` understands; the complaint shows what was found.
    static func scalar(_ expected: String, _ parse: @escaping @Sendable (String) -> Value?) -> Reader {
        Reader { item, reading in
            if let text = item.node.text, let value = parse(text) { return value }
            reading.mismatch(item, expected: expected)
            return nil
        }
    }

    /// The same value with a further look at it.
    func checked(_ check: @escaping @Sendable (Value, Item, inout Reading) -> Void) -> Reader {
        Reader(below: below) { item, reading in
            guard let value = read(item, &reading) else { return nil }
            check(value, item, &reading)
            return value
        }
    }

    /// A list; what is wrong with one item hides nothing of the others.
    static func list<Each>(_ each: Reader<Each>, isEmptyAllowed: Bool = true) -> Reader
    where Value == [Each] {
        let below = each.below.map { $0.isEmpty ? "" : "*." + $0 }
        return Reader(below: below) { item, reading in
            if item.node.isNull && isEmptyAllowed { return [] }
            guard case .sequence(let nodes, _) = item.node else {
                reading.mismatch(item, expected: "a list")
                return nil
            }
            if nodes.isEmpty && !isEmptyAllowed { reading.error(item, "the list is empty") }
            guard nodes.count <= Limits.itemCount else {
                reading.error(item, "more than \(Limits.itemCount) items")
                return nil
            }
            return nodes.enumerated().compactMap { each.read(item.element($0, $1), &reading) }
        }
    }

    /// A mapping with these keys.
    static func mapping(_ keys: [Key<Value>], from initial: @escaping @Sendable () -> Value) -> Reader {
        Reader(below: keys.flatMap(\.dotted)) { item, reading in
            var value = initial()
            reading.read(item, into: &value, keys)
            return value
        }
    }

    /// A mapping of names that the administrator chooses to mappings with these keys; the names can be referred to.
    /// `check` looks at what no key shows by itself, where every key is good.
    static func named<Each>(
        _ kind: Reading.NameKind, _ keys: [Key<Each>], isEmptyAllowed: Bool = false,
        _ make: @escaping @Sendable (String) -> Each,
        check: @escaping @Sendable (Each, Item, inout Reading) -> Void = { _, _, _ in }
    ) -> Reader where Value == [Each] {
        Reader(below: keys.flatMap(\.dotted).map { "*." + $0 }) { item, reading in
            if item.node.isNull && isEmptyAllowed { return [] }
            guard let entries = reading.entries(of: item) else { return nil }
            if entries.isEmpty && !isEmptyAllowed {
                reading.error(item, "at least one \(kind.rawValue) is needed")
            }
            guard entries.count <= Limits.itemCount else {
                reading.error(item, "more than \(Limits.itemCount) names")
                return nil
            }
            return entries.map { entry in
                let child = item.named(entry)
                reading.declare(kind, entry.key, path: child.path)
                var value = make(entry.key.text)
                let before = reading.errorCount
                reading.read(child, into: &value, keys)
                if reading.errorCount == before { check(value, child, &reading) }
                return value
            }
        }
    }
}

/// What listeners, credentials and streams may be called: their names go into commands, events and header fields.
func isName(_ text: String) -> Bool {
    (1...Limits.nameByteCount).contains(text.utf8.count)
        && text.utf8.allSatisfy { isASCIILetterOrDigit($0) || "-_.".utf8.contains($0) }
}

func isASCIILetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: false
    }
}

extension Node {
    /// A scalar's text; nil for nothing, lists and mappings.
    var text: String? {
        guard case .scalar(let scalar) = self, !scalar.isNull else { return nil }
        return scalar.text
    }
}
