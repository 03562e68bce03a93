/// Makes nodes of the one document in a file, without what YAML knows beyond scalars, lists and mappings.
struct DocumentReader: ~Copyable {
    private var events: YAMLEvents
    private var nodeCount = 0
    /// What was refused, with the reading going on behind it.
    private(set) var mistakes: [YAMLError] = []

    init(_ bytes: [UInt8]) { events = YAMLEvents(bytes) }

    /// The document's root; nil: the file says nothing.
    mutating func document() throws(YAMLError) -> Node? {
        guard let root = try next() else { return nil }
        let node = try node(root, depth: 0)
        if let second = try next() {
            throw YAMLError(place: second.place, text: "a second document; one file is one configuration")
        }
        return node
    }

    /// The next event inside a document, or nil at the end of the file. A document's start is passed over if another
    /// event follows, so `document()` sees a second document by its first node.
    private mutating func next() throws(YAMLError) -> YAMLEvent? {
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return nil
            case .documentStart, .other: continue
            case .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd, .alias: return event
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> Node {
        nodeCount += 1
        guard nodeCount <= Limits.nodeCount else {
            throw YAMLError(place: event.place, text: "more than \(Limits.nodeCount) values")
        }
        guard depth <= Limits.nodeDepth else {
            throw YAMLError(place: event.place, text: "nested deeper than \(Limits.nodeDepth) levels")
        }
        let isPlain = refuseProperties(of: event)
        switch event.kind {
        case .scalar(let scalar): return isPlain ? .scalar(scalar) : .refused(event.place)
        case .sequenceStart: return .sequence(try items(depth: depth), event.place)
        case .mappingStart: return .mapping(try entries(depth: depth), event.place)
        case .alias:
            refuse("an alias (*) is not taken; a value that begins with * needs quotes", event)
            return .refused(event.place)
        case .documentStart, .sequenceEnd, .mappingEnd, .streamEnd, .other:
            throw YAMLError(place: event.place, text: "not YAML: a value is missing")
        }
    }

    /// Says false where there was something to refuse. Names are not shown: a secret may begin with `&` or `!`.
    private mutating func refuseProperties(of event: YAMLEvent) -> Bool {
        if event.hasAnchor {
            refuse("an anchor (&) is not taken; a value that begins with & needs quotes", event)
        }
        if event.hasTag { refuse("a tag (!) is not taken; a value that begins with ! needs quotes", event) }
        return !event.hasAnchor && !event.hasTag
    }

    private mutating func refuse(_ text: String, _ event: YAMLEvent) {
        mistakes.append(YAMLError(place: event.place, text: text))
    }

    private mutating func items(depth: Int) throws(YAMLError) -> [Node] {
        var items: [Node] = []
        while let event = try next() {
            if case .sequenceEnd = event.kind { break }
            items.append(try node(event, depth: depth + 1))
        }
        return items
    }

    private mutating func entries(depth: Int) throws(YAMLError) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        while let event = try next() {
            if case .mappingEnd = event.kind { break }
            let key = try node(event, depth: depth + 1)
            guard let valueEvent = try next() else { break }
            let value = try node(valueEvent, depth: depth + 1)
            guard case .scalar(let name) = key else {
                mistakes.append(YAMLError(place: key.place, text: "a key that is not plain text"))
                continue
            }
            if name.isPlain && name.text == "<<" {
                mistakes.append(YAMLError(place: name.place, text: "a merge key (<<) is not taken"))
                continue
            }
            entries.append(Node.Entry(key: name, value: value))
        }
        return entries
    }
}
