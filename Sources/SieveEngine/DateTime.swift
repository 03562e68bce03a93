import MailSyntax

/// A date and time with its zone, as mail writes it and tests compare it (RFC 5322 section 3.3, RFC 5260).
struct DateTime: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00 on the clock of the zone.
    private let localSeconds: Int
    /// Minutes east of UTC.
    let zoneMinutes: Int

    init(_ time: Timestamp, zoneMinutes: Int) {
        let seconds = time.millisecondsSince1970 / 1000
        localSeconds = Int(seconds) + zoneMinutes * 60
        self.zoneMinutes = zoneMinutes
    }

    private init(localSeconds: Int, zoneMinutes: Int) {
        self.localSeconds = localSeconds
        self.zoneMinutes = zoneMinutes
    }

    /// The same moment in another zone.
    func moved(toZoneMinutes minutes: Int) -> DateTime {
        DateTime(localSeconds: localSeconds + (minutes - zoneMinutes) * 60, zoneMinutes: minutes)
    }

    // MARK: Reading

    /// `Mon, 20 Jul 2009 21:44:43 +0300`; nil: it is no date.
    init?(_ text: ArraySlice<UInt8>) {
        let words = Self.withoutComments(text).split { ASCII.isWhite($0) || $0 == UInt8(ascii: ",") }
        var rest = words[...]
        if let first = rest.first, !first.allSatisfy(ASCII.isDigit) {
            guard Self.dayNames.contains(ASCII.lowercased(first)) else { return nil }
            rest = rest.dropFirst()
        }
        guard rest.count >= 4 else { return nil }
        let fields = Array(rest.prefix(5))
        guard let day = Self.number(fields[0], 1...2), let year = Self.year(fields[2]),
            let month = Self.monthNames.firstIndex(of: ASCII.lowercased(fields[1])),
            let clock = Self.clock(fields[3]), (1...Self.dayCount(month + 1, year)).contains(day)
        else { return nil }
        guard let zone = fields.count > 4 ? Self.zone(fields[4]) : 0 else { return nil }
        localSeconds = Self.days(year, month + 1, day) * 86_400 + clock
        zoneMinutes = zone
    }

    /// `+0300`, or the names that old mail uses (RFC 5322 section 4.3).
    static func zone(_ text: ArraySlice<UInt8>) -> Int? {
        if let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            guard text.count == 5, let number = number(text.dropFirst(), 4...4), number % 100 < 60,
                number < 2400
            else { return nil }
            let minutes = number / 100 * 60 + number % 100
            return sign == UInt8(ascii: "-") ? -minutes : minutes
        }
        let name = ASCII.lowercased(text)
        let hours = ["est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7]
        // Of other names nobody knows for sure what they mean; they count as UTC.
        return text.allSatisfy { ASCII.isIdentifierStart($0) } ? (hours[name] ?? 0) * 60 : nil
    }

    private static func withoutComments(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var depth = 0
        return text.prefix(fieldByteCount).compactMap { byte in
            if byte == UInt8(ascii: "(") { depth += 1 }
            defer { if byte == UInt8(ascii: ")"), depth > 0 { depth -= 1 } }
            return depth > 0 ? ASCII.space : byte
        }
    }

    /// No date is longer.
    private static let fieldByteCount = 256

    private static func number(_ text: ArraySlice<UInt8>, _ digitCount: ClosedRange<Int>) -> Int? {
        guard digitCount.contains(text.count), text.allSatisfy(ASCII.isDigit) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func year(_ text: ArraySlice<UInt8>) -> Int? {
        guard let number = number(text, 2...4) else { return nil }
        if text.count == 4 { return number }
        return text.count == 2 && number < 50 ? number + 2000 : number + 1900
    }

    /// `21:44:43` in seconds.
    private static func clock(_ text: ArraySlice<UInt8>) -> Int? {
        let parts = text.split(separator: ASCII.colon, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { number($0, 1...2) }
        guard (2...3).contains(parts.count), numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60,
            numbers.count == 2 || numbers[2] <= 60
        else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? min(numbers[2], 59) : 0)
    }

    // MARK: Parts

    /// Days since 1970-01-01 on the clock of the zone.
    private var day: Int { localSeconds >= 0 ? localSeconds / 86_400 : (localSeconds - 86_399) / 86_400 }
    private var secondOfDay: Int { localSeconds - day * 86_400 }

    var hour: String { Self.two(secondOfDay / 3600) }
    var minute: String { Self.two(secondOfDay / 60 % 60) }
    var second: String { Self.two(secondOfDay % 60) }
    var time: String { "\(hour):\(minute):\(second)" }
    /// Days since 17 November 1858.
    var julian: String { "\(day + 40_587)" }
    /// 0 is Sunday.
    var weekday: Int { ((day + 4) % 7 + 7) % 7 }

    func zone(separator: String = "") -> String {
        let minutes = abs(zoneMinutes)
        return (zoneMinutes < 0 ? "-" : "+") + Self.two(minutes / 60) + separator + Self.two(minutes % 60)
    }

    /// Year, month and day of the month in digits, and the month's number from 1.
    var civil: (year: String, month: String, day: String, monthNumber: Int) {
        // Counted in eras of 400 years that begin on 1 March: the leap day is the last of its year.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let digits = "\(max(0, year))"
        let padded = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        return (padded, Self.two(month), Self.two(dayOfYear - (153 * fromMarch + 2) / 5 + 1), month)
    }

    /// `Mon, 20 Jul 2009 21:44:43 +0300`
    var std11: String {
        let civil = civil
        let (day, month) = (
            Self.dayNames[weekday].capitalized, Self.monthNames[civil.monthNumber - 1].capitalized
        )
        return "\(day), \(civil.day) \(month) \(civil.year) \(time) \(zone())"
    }

    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func dayCount(_ month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
