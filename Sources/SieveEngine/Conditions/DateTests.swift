import MailSyntax

/// `date [":zone" <zone> / ":originalzone"] [COMPARATOR] [MATCH-TYPE] [":index" <number> [":last"]] <header-name>
/// <date-part> <keys>` (RFC 5260 section 4).
struct DateTest: Condition, Readable {
    static let name = "date"
    static let capability: Capability? = .date

    private let zone: DateZone
    private let part: DatePart
    private let field: FieldChoice
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        zone = DateZone(&arguments, allowsOriginal: true)
        let matching = arguments.matching()
        let tags = FieldChoice.Tags(&arguments)
        guard let field = FieldChoice(tags, &arguments), let part = DatePart(&arguments),
            let keys = arguments.keys(matching)
        else { return nil }
        self.field = field
        self.part = part
        self.keys = keys
    }

    /// A field that holds no date has no value.
    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        // Of several fields the first counts, unless `:index` says which.
        guard let field = try field.fields(in: &run).first, let date = DatePart.date(in: field.value) else {
            return try keys.match([], in: &run)
        }
        return try keys.match([Array(part.text(of: zone.moved(date, run)).utf8)], in: &run)
    }
}

/// `currentdate [":zone" <zone>] [COMPARATOR] [MATCH-TYPE] <date-part> <keys>` (RFC 5260 section 5).
struct CurrentDateTest: Condition, Readable {
    static let name = "currentdate"
    static let capability: Capability? = .date

    private let zone: DateZone
    private let part: DatePart
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        zone = DateZone(&arguments, allowsOriginal: false)
        let matching = arguments.matching()
        guard let part = DatePart(&arguments), let keys = arguments.keys(matching) else { return nil }
        self.part = part
        self.keys = keys
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let now = ZonedDate(run.context.time, zoneMinutes: run.context.zoneMinutes)
        return try keys.match([Array(part.text(of: zone.moved(now, run)).utf8)], in: &run)
    }
}

/// The zone in which a date is compared.
private enum DateZone: Sendable {
    case local
    case original
    case fixed(Int)

    init(_ arguments: inout Arguments, allowsOriginal: Bool) {
        let place = arguments.place(ofTag: "zone")
        let text = arguments.taggedConstant("zone")
        let original = allowsOriginal ? arguments.tag("originalzone") : nil
        self = original == nil ? .local : .original
        if let place, let original {
            arguments.error("\":zone\" and \":originalzone\" exclude each other", at: max(place, original))
        }
        guard let text else { return }
        if let minutes = ZonedDate.zoneMinutes(text.string) {
            self = .fixed(minutes)
        } else {
            arguments.error("a zone has the form +0100, not \"\(text.string)\"", at: text.place)
        }
    }

    func moved(_ date: ZonedDate, _ run: SieveRun) -> ZonedDate {
        switch self {
        case .local: date.inZone(run.context.zoneMinutes)
        case .original: date
        case .fixed(let minutes): date.inZone(minutes)
        }
    }
}

extension DatePart {
    fileprivate init?(_ arguments: inout Arguments) {
        guard let name = arguments.constant("a part of a date") else { return nil }
        guard let part = DatePart(rawValue: ASCII.lowercased(name.bytes[...])) else {
            let hint = Suggestion.question(for: name.string, among: Self.allCases.map(\.rawValue))
            arguments.error("unknown part of a date \"\(name.string)\"\(hint)", at: name.place)
            return nil
        }
        self = part
    }
}
