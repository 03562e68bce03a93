import MailContent
import MailSyntax

/// `replace [":mime"] [":subject" <subject>] [":from" <address>] <text>`: the part that the loop is at, or the message
/// outside of all loops, becomes this text (RFC 5703 section 5).
struct ReplaceAction: Action, Readable {
    static let name = "replace"
    static let capability: Capability? = .replace

    private let isMIME: Bool
    private let subject: ScriptString?
    private let from: AddressString?
    private let text: ScriptString

    init?(_ arguments: inout Arguments) {
        isMIME = arguments.tag("mime") != nil
        let places = ["subject", "from"].compactMap { arguments.place(ofTag: $0) }
        subject = arguments.taggedString("subject")
        from = arguments.taggedString("from").flatMap { AddressString($0, &arguments) }
        if isMIME, let place = places.first {
            arguments.error("\":mime\" brings a header of its own: no \":subject\" or \":from\"", at: place)
        }
        arguments.compilation.facts.readsBody = true
        guard let text = arguments.string("a text") else { return nil }
        self.text = text
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.settle()
        guard let structure = try run.structure() else { return }
        let number = run.loops.current
        let entity = Entity(run.expanded(text), isMIME: isMIME)
        if number > 0 {
            let edit = MessageEdit(structure.parts[number].range, entity.header + CRLF.end + entity.content)
            try run.rewrite([edit].pieces(ofMessage: run.message.byteCount))
        } else {
            try replaceMessage(with: entity, in: &run)
        }
        let count = try run.structure()?.parts.count ?? 1
        run.loops.partChanged(number, from: structure, partCount: count)
    }

    /// All fields stay but those that say what the content is.
    private func replaceMessage(with entity: Entity, in run: inout SieveRun) throws(SieveFault) {
        var header = run.header
        header.remove(
            Set(header.fields.indices.filter { header.fields[$0].describesContent }))
        if let subject { run.renew("Subject", EncodedWord.encode(run.text(subject)), in: &header) }
        if let from { try run.renew("From", from.address(in: run).description, in: &header) }
        let fields = header.pieces(over: run.message.head) ?? [.original(0..<run.message.header.byteCount)]
        let version = entity.hasVersion ? [] : HeaderComposer.field("MIME-Version", "1.0")
        try run.rewrite(fields + [.added(version + entity.header + CRLF.end + entity.content)])
    }

    /// What takes the place of a part.
    private struct Entity {
        let header: [UInt8]
        let content: [UInt8]
        let hasVersion: Bool

        init(_ text: [UInt8], isMIME: Bool) {
            guard isMIME else {
                let entity = TextEntity(text)
                (header, content, hasVersion) = (entity.header, entity.content, false)
                return
            }
            let bytes = CRLF.lines(text)
            let block = HeaderBlock(bytes)
            let head = Array(bytes[..<block.byteCount])
            // A text without an empty line may be a header alone, whose last line lacks its end.
            header = head.isEmpty || head.last == ASCII.lineFeed ? head : head + CRLF.end
            content = Array(bytes[block.bodyOffset...])
            hasVersion = block.first(named: "MIME-Version") != nil
        }
    }
}

extension HeaderField {
    /// It says what stands behind the header.
    fileprivate var describesContent: Bool { key.hasPrefix("content-") || key == "mime-version" }
}

extension SieveRun {
    /// A field with a new value; the old one is kept under the name of `Original-…`.
    fileprivate func renew(_ name: String, _ value: String, in header: inout EditedHeader) {
        let key = ASCII.lowercased(Array(name.utf8)[...])
        let places = header.fields.indices.filter { header.fields[$0].key == key }
        let old = places.first.map { HeaderBlock.unfold(header.fields[$0].value(in: message.head)) }
        header.remove(Set(places))
        if let old { header.add(HeaderField(adding: "Original-\(name)", value: old), last: false) }
        header.add(HeaderField(adding: name, value: value), last: false)
    }
}
