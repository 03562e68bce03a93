import MailContent
import MailSyntax

/// Which header fields a test looks at: those of some names, or one of them (RFC 5260 section 6), of the message or of
/// its parts (RFC 5703 section 4).
package struct FieldChoice: Sendable {
    private let names: FieldNames
    private let tags: Tags

    /// A field of the message or a part.
    struct Field {
        /// The name in lower case.
        let key: String
        /// As on the wire.
        let value: ArraySlice<UInt8>
    }

    /// What the tags say; the names come later, behind all tags.
    struct Tags: Sendable {
        /// Counts from 1.
        fileprivate let index: Int?
        fileprivate let isLast: Bool
        fileprivate let scope: PartScope

        init(_ arguments: inout Arguments, allowsIndex: Bool = true) {
            scope = PartScope(&arguments)
            guard allowsIndex else {
                (index, isLast) = (nil, false)
                return
            }
            let place = arguments.place(ofTag: "index")
            index = arguments.indexTag()
            isLast = arguments.lastTag(hasIndex: place != nil)
            if let place { arguments.compilation.demand(.index, for: "\":index\"", at: place) }
        }

        var isMIME: Bool { scope != .message }
    }

    init?(_ tags: Tags, _ arguments: inout Arguments) {
        guard let names = FieldNames(&arguments) else { return nil }
        self.names = names
        self.tags = tags
    }

    /// The fields in their order.
    func fields(in run: inout SieveRun) throws(SieveFault) -> [Field] {
        let names = names.names(in: run)
        try run.spend(run.header.fields.count * names.count)
        let fields = try tags.scope.fields(in: &run) { names.contains($0) }
        guard let index = tags.index else { return fields }
        let counted = Self.inOrder(of: names, fields)
        let place = tags.isLast ? counted.count - index : index - 1
        return counted.indices.contains(place) ? [counted[place]] : []
    }

    /// `:index` counts through the fields of the first name, then through those of the second.
    private static func inOrder(of names: [String], _ fields: [Field]) -> [Field] {
        guard names.count > 1 else { return fields }
        let order = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        var counted: [[Field]] = names.map { _ in [] }
        for field in fields { counted[order[field.key] ?? 0].append(field) }
        return counted.flatMap(\.self)
    }

    /// Whether there is a field of each name.
    func hasAll(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let names = names.names(in: run)
        try run.spend(run.header.fields.count * names.count)
        let found = Set(try tags.scope.fields(in: &run) { names.contains($0) }.map(\.key))
        return names.allSatisfy(found.contains)
    }
}

/// Whose header is looked at.
enum PartScope: Sendable {
    /// The message's.
    case message
    /// `:mime`: the part's that the loop is at.
    case part
    /// `:mime :anychild`: that of the part and of all in it.
    case partAndChildren

    init(_ arguments: inout Arguments) {
        let anychild = arguments.tag("anychild")
        guard let mime = arguments.tag("mime") else {
            self = .message
            if let anychild { arguments.error("\":anychild\" needs \":mime\"", at: anychild) }
            return
        }
        arguments.compilation.demand(.mime, for: "\":mime\"", at: mime)
        arguments.compilation.facts.readsBody = true
        self = anychild == nil ? .part : .partAndChildren
    }

    fileprivate func fields(
        in run: inout SieveRun, where isWanted: (String) -> Bool
    ) throws(SieveFault) -> [FieldChoice.Field] {
        let current = run.loops.current
        try run.spend(run.header.fields.count * WorkCost.field)
        var found: [FieldChoice.Field] = []
        // The message's own header is the one that scripts have edited.
        if self == .message || current == 0 {
            for field in run.header.fields where isWanted(field.key) {
                found.append(.init(key: field.key, value: try run.value(of: field)))
            }
        }
        guard self != .message, let structure = try run.structure() else { return found }
        let inner = self == .partAndChildren ? structure.descendants(of: current) : []
        for number in (current == 0 ? [] : [current]) + inner {
            try run.spend(structure.parts[number].fields.fields.count * WorkCost.field)
            let part = structure.parts[number]
            for field in part.fields.fields {
                let key = ASCII.lowercased(Array(field.name.utf8)[...])
                if isWanted(key) { found.append(.init(key: key, value: part.value(of: field))) }
            }
        }
        return found
    }
}

/// The names of header fields, in lower case.
struct FieldNames: Sendable {
    private let strings: [ScriptString]
    /// nil: variables stand in them.
    private let fixed: [String]?

    init?(_ arguments: inout Arguments) {
        guard let strings = arguments.strings("names of header fields") else { return nil }
        self.strings = strings
        let constants = strings.compactMap(\.constant)
        fixed = constants.count == strings.count ? constants.map { ASCII.lowercased($0[...]) } : nil
        for string in strings { Self.check(string, &arguments) }
    }

    /// In a test a name that no field can have is no error (RFC 5228 section 2.4.2.2).
    static func check(_ string: ScriptString, _ arguments: inout Arguments) {
        guard let bytes = string.constant, !bytes.isFieldName else { return }
        let name = String(decoding: bytes, as: UTF8.self)
        arguments.compilation.diagnostics.warning(
            "no header field has the name \"\(name)\"", at: string.place)
    }

    func names(in run: SieveRun) -> [String] {
        fixed ?? strings.map { ASCII.lowercased(run.expanded($0)[...]) }
    }
}

extension [UInt8] {
    /// What a header field may be called.
    var isFieldName: Bool { !isEmpty && allSatisfy(ASCII.isFieldNameByte) }
}

extension Arguments {
    /// `:index`, which counts from 1.
    mutating func indexTag() -> Int? {
        let place = place(ofTag: "index")
        guard let index = taggedNumber("index"), let place else { return nil }
        if index > 0 { return index }
        error("\":index\" counts from 1", at: place)
        return 1
    }

    /// `:last`, which counts from the end.
    mutating func lastTag(hasIndex: Bool) -> Bool {
        guard let place = tag("last") else { return false }
        if !hasIndex { error("\":last\" needs \":index\"", at: place) }
        return true
    }
}
