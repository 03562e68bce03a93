import MailContent
import MailSyntax

/// `body [COMPARATOR] [MATCH-TYPE] [":raw" / ":content" <types> / ":text"] <keys>` (RFC 5173).
struct BodyTest: Condition, Readable {
    static let name = "body"
    static let capability: Capability? = .body

    /// What of the body is compared (RFC 5173 section 5).
    private enum Transform: Sendable {
        case raw
        case text
        case content([ScriptString])
    }

    private let transform: Transform
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        let place = arguments.place(ofTag: "content")
        let types = arguments.taggedStrings("content")
        let plain = arguments.choice(of: ["raw", "text"])
        if let place, let plain {
            arguments.error(
                "\":content\" and \":\(plain.name)\" exclude each other", at: max(place, plain.place))
        }
        transform = types.map { .content($0) } ?? (plain?.name == "raw" ? .raw : .text)
        arguments.compilation.facts.readsBody = true
        guard let keys = arguments.keys(matching) else { return nil }
        // What wildcards stood for in a body is not kept (RFC 5173 section 6).
        self.keys = keys.withoutCapturing
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        // A message that ends with its header has no body, not even an empty one.
        guard var content = run.message.content, run.message.header.byteCount < content.byteCount else {
            return try keys.match([], in: &run)
        }
        let values = try values(&content, &run)
        run.message.content = content
        return try keys.match(values, in: &run)
    }

    private func values(
        _ content: inout SieveContent, _ run: inout SieveRun
    ) throws(SieveFault) -> [[UInt8]] {
        switch transform {
        case .raw: return [try content.bytes(run.message.header.bodyOffset..<content.byteCount, &run)]
        case .text: return try content.texts(of: SieveContent.textTypes, as: .text, &run)
        case .content(let types):
            let types = types.map { ASCII.lowercased(run.expanded($0)[...]) }
            return try content.texts(of: types, as: .content, &run)
        }
    }
}

extension SieveContent {
    /// What a person reads.
    static let textTypes = ["text", "application/xhtml+xml"]

    /// The texts of all parts of some types: `text`, `text/plain`, or empty for all.
    mutating func texts(
        of types: [String], as form: Form, _ run: inout SieveRun
    ) throws(SieveFault) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        let structure = try structure(&run)
        try run.spend(structure.parts.count * types.count * WorkCost.field)
        for (number, part) in structure.parts.enumerated()
        where types.contains(where: { $0.isEmpty || $0 == part.type.type || $0 == part.type.name }) {
            if !part.isContainer {
                texts.append(try content(of: number, as: form, &run))
            } else if part.type.isMessage {
                // Of a message inside the header alone; its parts stand for themselves.
                if let inner = part.children.first {
                    texts.append(try bytes(structure.parts[inner].header, &run))
                }
            } else {
                texts += try surroundings(of: part, in: structure, &run)
            }
        }
        return texts
    }

    /// What stands in front of the first and behind the last part of a multipart.
    private func surroundings(
        of part: MIMEPart, in structure: MIMEStructure, _ run: inout SieveRun
    ) throws(SieveFault) -> [[UInt8]] {
        guard let first = part.children.first, let last = part.children.last else {
            return [try bytes(part.body, &run)]
        }
        let front = try bytes(part.body.lowerBound..<structure.parts[first].range.lowerBound, &run)
        let back = try bytes(structure.parts[last].range.upperBound..<part.body.upperBound, &run)
        // The line end in front of a delimiter is part of it (RFC 2046 section 5.1.1).
        var prologue = front.dropLast().lastIndex(of: ASCII.lineFeed).map { front[..<$0] } ?? []
        if prologue.last == ASCII.carriageReturn { prologue.removeLast() }
        let afterEnd = back.drop(while: ASCII.isLineEnd).drop { $0 != ASCII.lineFeed }.dropFirst()
        return [Array(prologue), Array(afterEnd)]
    }
}
