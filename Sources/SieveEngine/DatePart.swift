import MailSyntax

/// The parts of a date that the `date` and `currentdate` tests compare (RFC 5260 section 4.2).
enum DatePart: String, CaseIterable, Sendable {
    /// `2026`
    case year
    /// `01` to `12`
    case month
    /// `01` to `31`
    case day
    /// `2026-11-21`
    case date
    /// The Modified Julian Day: days since 1858-11-17.
    case julian
    /// `00` to `23`
    case hour
    /// `00` to `59`
    case minute
    /// `00` to `60`
    case second
    /// `09:05:07`
    case time
    /// `2026-11-21T09:05:07+01:00`, `2026-11-21T08:05:07Z`
    case iso8601
    /// The form of RFC 5322.
    case std11
    /// `+0100`
    case zone
    /// `0` for Sunday to `6`
    case weekday

    /// The part as text, seen from the zone of the date.
    func text(of date: ZonedDate) -> String {
        let (year, month, day) = date.calendarDate
        let second = date.secondOfDay
        switch self {
        case .year: return Self.digits(Int(year), 4)
        case .month: return Self.digits(month, 2)
        case .day: return Self.digits(day, 2)
        case .date: return "\(Self.digits(Int(year), 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))"
        case .julian: return "\(date.day + 40_587)"
        case .hour: return Self.digits(second / 3600, 2)
        case .minute: return Self.digits(second / 60 % 60, 2)
        case .second: return Self.digits(second % 60, 2)
        case .time: return [DatePart.hour, .minute, .second].map { $0.text(of: date) }.joined(separator: ":")
        case .iso8601:
            return "\(DatePart.date.text(of: date))T\(DatePart.time.text(of: date))\(Self.longZone(date))"
        case .std11: return MessageDate.rfc5322(date)
        case .zone: return date.zone
        case .weekday: return "\(date.weekday)"
        }
    }

    /// `+01:00`; no offset is `Z`.
    private static func longZone(_ date: ZonedDate) -> String {
        let zone = date.zone
        guard date.zoneMinutes != 0 else { return "Z" }
        return "\(zone.prefix(3)):\(zone.suffix(2))"
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    /// The date in a field's value: its whole, or what stands behind the last semicolon, as in Received
    /// (RFC 5260 section 4). nil: there is none.
    static func date(in value: ArraySlice<UInt8>) -> ZonedDate? {
        // A comment behind the date may hold a semicolon of its own.
        let places = value.suffix(Limits.fieldDateByteCount).indices.reversed().lazy.filter {
            value[$0] == UInt8(ascii: ";")
        }
        return places.compactMap { MessageDate.parse(value[($0 + 1)...]) }.first ?? MessageDate.parse(value)
    }
}
