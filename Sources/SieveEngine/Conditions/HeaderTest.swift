import MailContent

/// `header [COMPARATOR] [MATCH-TYPE] [":index" <number> [":last"]] [":mime" [":anychild"] [MIME-OPTION]] <header-names>
/// <keys>` (RFC 5228 section 5.7, RFC 5703 section 4.1).
struct HeaderTest: Condition, Readable {
    static let name = "header"
    static let capability: Capability? = nil

    private let fields: FieldChoice
    private let keys: Keys
    private let option: MIMEOption?

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        let tags = FieldChoice.Tags(&arguments)
        option = MIMEOption(&arguments, isMIME: tags.isMIME)
        guard let fields = FieldChoice(tags, &arguments), let keys = arguments.keys(matching) else {
            return nil
        }
        self.fields = fields
        self.keys = keys
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let fields = try fields.fields(in: &run)
        guard let option else { return try keys.match(fields.map { HeaderText.decoded($0.value) }, in: &run) }
        return try keys.match(fields.flatMap { option.values(of: $0, in: run) }, in: &run)
    }
}

/// What of a structured field is compared (RFC 5703 section 4.1).
private enum MIMEOption: Sendable {
    case type
    case subtype
    case contentType
    case parameters([ScriptString])

    init?(_ arguments: inout Arguments, isMIME: Bool) {
        let parameters = arguments.place(ofTag: "param")
        let names = arguments.taggedStrings("param")
        let plain = arguments.choice(of: ["type", "subtype", "contenttype"])
        if let place = parameters ?? plain?.place, !isMIME {
            arguments.error("this needs \":mime\"", at: place)
        }
        if let parameters, let plain {
            arguments.error(
                "\":param\" and \":\(plain.name)\" exclude each other", at: max(parameters, plain.place))
        }
        switch plain?.name {
        case "type": self = .type
        case "subtype": self = .subtype
        case "contenttype": self = .contentType
        case nil:
            guard let names else { return nil }
            self = .parameters(names)
        default: return nil
        }
    }

    func values(of field: FieldChoice.Field, in run: SieveRun) -> [[UInt8]] {
        let isDisposition = field.key == "content-disposition"
        let disposition = isDisposition ? ContentDisposition(field.value) : nil
        let type = isDisposition ? nil : ContentType(field.value)
        switch self {
        case .type: return texts(type?.type ?? disposition?.kind)
        case .subtype: return texts(type?.subtype ?? (disposition == nil ? nil : ""))
        case .contentType: return texts(type?.name ?? disposition?.kind)
        case .parameters(let names):
            let parameters = type?.parameters ?? disposition?.parameters
            return names.flatMap { parameters?.all(named: ASCII.lowercased(run.expanded($0)[...])) ?? [] }
                .map { EncodedWord.decode($0) }
        }
    }

    private func texts(_ text: String?) -> [[UInt8]] { text.map { [Array($0.utf8)] } ?? [] }
}
