/// A node with where it stands in the configuration.
struct Item {
    var node: Node
    /// Where a complaint about something that is missing points to: the key, not what stands behind it.
    var owner: Place
    /// `streams.marketing.smarthosts[2]`
    var path: String
    /// `streams.*.smarthosts.*`
    var pattern: String

    /// What stands behind a key of this item.
    func child(_ entry: Node.Entry) -> Item { child(entry, pattern: entry.key.text) }

    /// What stands behind a name that the administrator chose.
    func named(_ entry: Node.Entry) -> Item { child(entry, pattern: "*") }

    /// The short form of a mapping, where a scalar stands for its one key.
    func standingFor(_ key: String) -> Item {
        guard case .scalar(let scalar) = node else { return self }
        let name = Node.Scalar(text: key, isPlain: true, place: scalar.place)
        var whole = self
        whole.node = .mapping([Node.Entry(key: name, value: node)], scalar.place)
        return whole
    }

    /// Where a key of this mapping stands.
    func place(of key: String) -> Place? {
        guard case .mapping(let entries, _) = node else { return nil }
        return entries.first { $0.key.text == key }?.key.place
    }

    func element(_ index: Int, _ node: Node) -> Item {
        Item(node: node, owner: node.place, path: "\(path)[\(index + 1)]", pattern: pattern + ".*")
    }

    private func child(_ entry: Node.Entry, pattern last: String) -> Item {
        let prefix = path.isEmpty ? "" : path + "."
        let patternPrefix = pattern.isEmpty ? "" : pattern + "."
        let key = entry.key.text
        return Item(
            node: entry.value, owner: entry.key.place, path: prefix + (isName(key) ? key : quoted(key)),
            pattern: patternPrefix + last)
    }
}

/// What is gathered while the file is read: findings, and the names that must fit each other.
struct Reading {
    /// What one part of the file names and another one uses.
    enum NameKind: String {
        case listener
        case credential
        case stream
    }

    struct Name {
        var kind: NameKind
        var text: String
        var place: Place
        var path: String
    }

    let environment: SettingsEnvironment
    private let file: String
    private var findings: [SettingsFinding] = []
    private(set) var errorCount = 0
    private var omittedCount = 0
    private var declared: [Name] = []
    private var used: [Name] = []
    /// The paths of the listeners that already have an address.
    private var listeners: [ListenAddress: String] = [:]
    /// The policy scripts' texts; nil as soon as one could not be read.
    private var scripts: [[UInt8]]? = []

    init(file: String, environment: SettingsEnvironment) {
        self.file = file
        self.environment = environment
    }

    mutating func error(_ text: String, at place: Place) { tell(.error, text, place) }

    mutating func warning(_ text: String, at place: Place) { tell(.warning, text, place) }

    mutating func error(_ item: Item, _ text: String) {
        error(item.path.isEmpty ? text : "\(item.path): \(text)", at: item.node.place)
    }

    mutating func warning(_ item: Item, _ text: String) {
        warning("\(item.path): \(text)", at: item.node.place)
    }

    /// The one complaint about a value of the wrong kind.
    mutating func mismatch(_ item: Item, expected: String) {
        if case .refused = item.node { return }
        error(item, "expected \(expected), found \(item.node.shown)")
    }

    /// An error in a file that the configuration names.
    mutating func error(_ text: String, in file: String, at place: Place) {
        tell(.error, text, place, in: file)
    }

    private mutating func tell(
        _ severity: SettingsFinding.Severity, _ text: String, _ place: Place, in other: String? = nil
    ) {
        if severity == .error { errorCount += 1 }
        guard !isFull else {
            omittedCount += 1
            return
        }
        findings.append(
            SettingsFinding(
                file: other ?? file, line: place.line, column: place.column, severity: severity, text: text))
    }

    /// In order of place, errors and warnings mixed; the configuration's own before those of files that it names.
    var sortedFindings: [SettingsFinding] {
        func order(_ finding: SettingsFinding, _ offset: Int) -> (Int, Int, Int, Int) {
            (finding.file == file ? 0 : 1, finding.line, finding.column, offset)
        }
        var sorted = findings.enumerated().sorted {
            order($0.element, $0.offset) < order($1.element, $1.offset)
        }.map(\.element)
        if omittedCount > 0, var rest = sorted.last {
            (rest.severity, rest.text) = (.error, "\(omittedCount) more findings are not shown")
            sorted.append(rest)
        }
        return sorted
    }

    var hasErrors: Bool { errorCount > 0 }

    /// Nobody reads on from here.
    var isFull: Bool { findings.count >= Limits.findingCount }
}

// MARK: - Names

extension Reading {
    mutating func declare(_ kind: NameKind, _ name: Node.Scalar, path: String) {
        declared.append(Name(kind: kind, text: name.text, place: name.place, path: path))
        guard !isName(name.text) else { return }
        error("\(path): a name is 1 to \(Limits.nameByteCount) letters, digits, -, _ and .", at: name.place)
    }

    mutating func use(_ kind: NameKind, _ name: String, _ item: Item) {
        used.append(Name(kind: kind, text: name, place: item.node.place, path: item.path))
    }

    mutating func keep(script: [UInt8]?) {
        if let script { scripts?.append(script) } else { scripts = nil }
    }

    mutating func claim(_ address: ListenAddress, _ item: Item) {
        if let owner = listeners.updateValue(item.path, forKey: address) {
            error(item, "\(quoted(address.description)) is already listened on by \(owner)")
        }
    }

    /// Compares what is used with what there is, once all of the file was read.
    mutating func checkNames() {
        let there = Dictionary(grouping: declared, by: \.kind).mapValues { Set($0.map(\.text)) }
        for name in used where there[name.kind]?.contains(name.text) != true {
            tellDangling(name, there: there[name.kind] ?? [])
        }
        let wanted = Dictionary(grouping: used, by: \.kind).mapValues { Set($0.map(\.text)) }
        for name in declared where wanted[name.kind]?.contains(name.text) != true {
            switch name.kind {
            case .listener: continue
            case .credential: warning("\(name.path): no stream uses this credential", at: name.place)
            case .stream: tellUnlessScripted(name)
            }
        }
    }

    private mutating func tellDangling(_ name: Name, there: Set<String>) {
        var list = ""
        if !there.isEmpty && !isFull {
            let shown = there.sorted().prefix(Limits.shownNameCount).joined(separator: ", ")
            list = "; configured: " + shown + (there.count > Limits.shownNameCount ? ", …" : "")
        }
        error(
            "\(name.path): no \(name.kind.rawValue) \(quoted(name.text)) is configured\(list)", at: name.place
        )
    }

    /// A script may choose a stream by its name in quotes, so one that no script mentions is never chosen.
    private mutating func tellUnlessScripted(_ stream: Name) {
        guard let scripts else { return }
        let wanted = Array("\"\(stream.text)\"".utf8)
        guard !scripts.contains(where: { contains($0, wanted) }) else { return }
        warning("\(stream.path): no route, script or default_stream leads to this stream", at: stream.place)
    }

    private func contains(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        text.indices.contains { text[$0...].starts(with: wanted) }
    }
}
