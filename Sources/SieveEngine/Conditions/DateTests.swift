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
        guard let field = try field.fields(in: &run).first, let date = DateTime(Self.date(field.value)) else {
            return try keys.match([], in: &run)
        }
        return try keys.match([Array(part.text(of: zone.moved(date, run)).utf8)], in: &run)
    }

    /// In Received and its like the date stands behind the last semicolon.
    private static func date(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        value.lastIndex(of: UInt8(ascii: ";")).map { value[($0 + 1)...] } ?? value
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
        let now = DateTime(run.context.time, zoneMinutes: run.context.zoneMinutes)
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
        if text.bytes.count == 5, let minutes = DateTime.zone(text.bytes[...]) {
            self = .fixed(minutes)
        } else {
            arguments.error("a zone has the form +0100, not \"\(text.string)\"", at: text.place)
        }
    }

    func moved(_ date: DateTime, _ run: SieveRun) -> DateTime {
        switch self {
        case .local: date.moved(toZoneMinutes: run.context.zoneMinutes)
        case .original: date
        case .fixed(let minutes): date.moved(toZoneMinutes: minutes)
        }
    }
}

/// What of a date is compared (RFC 5260 section 4.2).
private enum DatePart: String, CaseIterable, Sendable {
    case year, month, day, date, julian, hour, minute, second, time, iso8601, std11, zone, weekday

    init?(_ arguments: inout Arguments) {
        guard let name = arguments.constant("a part of a date") else { return nil }
        guard let part = DatePart(rawValue: ASCII.lowercased(name.bytes[...])) else {
            let hint = Suggestion.question(for: name.string, among: Self.allCases.map(\.rawValue))
            arguments.error("unknown part of a date \"\(name.string)\"\(hint)", at: name.place)
            return nil
        }
        self = part
    }

    func text(of date: DateTime) -> String {
        switch self {
        case .year: return date.civil.year
        case .month: return date.civil.month
        case .day: return date.civil.day
        case .date:
            let civil = date.civil
            return "\(civil.year)-\(civil.month)-\(civil.day)"
        case .julian: return date.julian
        case .hour: return date.hour
        case .minute: return date.minute
        case .second: return date.second
        case .time: return date.time
        case .iso8601: return "\(DatePart.date.text(of: date))T\(date.time)\(date.zone(separator: ":"))"
        case .std11: return date.std11
        case .zone: return date.zone()
        case .weekday: return "\(date.weekday)"
        }
    }
}
