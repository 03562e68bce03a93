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

        var form: BodyForm {
            switch self {
            case .raw: .raw
            case .text: .text
            case .content: .content
            }
        }
    }

    private let transform: Transform
    private let keys: BodyKeys

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
        guard let keys = arguments.bodyKeys(matching, in: transform.form) else { return nil }
        self.keys = keys
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        // A message that ends with its header has no body, not even an empty one.
        guard var content = run.message.content, run.message.header.byteCount < content.byteCount else {
            return try keys.matchNone(in: &run)
        }
        // In one hand, so that what is added to it is no reason to copy it.
        run.message.content = nil
        defer { run.message.content = content }
        return try keys.match(try texts(in: &content, &run), of: &content, in: &run)
    }

    private func texts(
        in content: inout SieveContent, _ run: inout SieveRun
    ) throws(SieveFault) -> [BodyText] {
        switch transform {
        case .raw: return [.wire(run.message.header.bodyOffset..<content.byteCount)]
        case .text: return try content.readableTexts(&run)
        case .content(let types):
            let types = types.map { ASCII.lowercased(run.expanded($0)[...]) }
            return try content.texts(of: types, as: .content, &run)
        }
    }
}
