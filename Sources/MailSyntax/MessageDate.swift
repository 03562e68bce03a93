/// Dates as mail writes them (RFC 5322 section 3.3).
public enum MessageDate {
    private static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    // MARK: Writing

    /// In UTC: `Sat, 21 Nov 2026 09:00:00 +0000`
    public static func rfc5322(_ time: Timestamp) -> String {
        rfc5322(ZonedDate(time, zoneMinutes: 0))
    }

    /// In the date's own zone: `Sat, 21 Nov 2026 10:00:00 +0100`
    public static func rfc5322(_ date: ZonedDate) -> String {
        let (year, month, day) = date.calendarDate
        let clock = [date.secondOfDay / 3600, date.secondOfDay / 60 % 60, date.secondOfDay % 60]
        let time = clock.map { digits(Int64($0), 2) }.joined(separator: ":")
        let name = dayNames[date.weekday]
        return
            "\(name), \(digits(Int64(day), 2)) \(monthNames[month - 1]) \(digits(year, 4)) \(time) \(date.zone)"
    }

    static func digits(_ value: Int64, _ count: Int) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    // MARK: Reading

    /// Reads a date as messages have it, the forms that RFC 5322 section 4.3 calls obsolete among them: two and
    /// three digits for a year, names of zones, no seconds, comments, no day of the week. A zone that
    /// nobody knows counts as `-0000`.
    public static func parse(_ value: ArraySlice<UInt8>) -> ZonedDate? {
        var words = words(value)[...]
        if let first = words.first, first.first.map(ASCII.isDigit) == false { words.removeFirst() }
        guard words.count >= 4, let day = number(words[words.startIndex], 1...2),
            let month = month(words[words.startIndex + 1]), let year = year(words[words.startIndex + 2]),
            let second = secondOfDay(words[words.startIndex + 3]),
            let count = ZonedDate.day(year: year, month: month, day: day)
        else { return nil }
        let minutes = words.count > 4 ? zoneMinutes(words[words.startIndex + 4]) : 0
        let seconds = count * 86_400 + Int64(second) - Int64(minutes) * 60
        return ZonedDate(secondsSince1970: seconds, zoneMinutes: minutes)
    }

    /// Up to six words; commas, blanks and comments stand between them.
    private static func words(_ value: ArraySlice<UInt8>) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var depth = 0
        for byte in value.prefix(Limits.dateByteCount) {
            if byte == ASCII.openParenthesis { depth += 1 }
            let isWord = depth == 0 && byte > ASCII.space && byte != ASCII.comma && byte < 0x7F
            if isWord {
                word.append(byte)
            } else if !word.isEmpty {
                words.append(word)
                word = []
            }
            if byte == ASCII.closeParenthesis { depth = max(0, depth - 1) }
        }
        if !word.isEmpty { words.append(word) }
        return words.reduce(into: []) { joined, word in
            // Blanks and comments may stand between the parts of a time as well.
            let isGlued = word.first == ASCII.colon || joined.last?.last == ASCII.colon
            if isGlued, !joined.isEmpty {
                joined[joined.count - 1] += word
            } else {
                joined.append(word)
            }
        }
    }

    private static func number(_ word: some Collection<UInt8>, _ digitCounts: ClosedRange<Int>) -> Int? {
        guard digitCounts.contains(word.count), word.allSatisfy(ASCII.isDigit) else { return nil }
        return word.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func month(_ word: [UInt8]) -> Int? {
        let name = String(decoding: word.prefix(3), as: UTF8.self)
        return monthNames.firstIndex { ASCII.equal($0, name) }.map { $0 + 1 }
    }

    private static func year(_ word: [UInt8]) -> Int? {
        guard let year = number(word, 2...4) else { return nil }
        switch word.count {
        case 2: return year < 50 ? 2000 + year : 1900 + year
        case 3: return 1900 + year
        default: return year
        }
    }

    /// `9:05`, `09:05:07`; a leap second is the second before it.
    private static func secondOfDay(_ word: [UInt8]) -> Int? {
        let parts = word.split(separator: ASCII.colon, omittingEmptySubsequences: false).map {
            number($0, 1...2)
        }
        guard parts.count == 2 || parts.count == 3, let hour = parts[0], let minute = parts[1], hour < 24,
            minute < 60
        else { return nil }
        guard parts.count == 3 else { return hour * 3600 + minute * 60 }
        guard let second = parts[2], second <= 60 else { return nil }
        return hour * 3600 + minute * 60 + min(second, 59)
    }

    private static func zoneMinutes(_ word: [UInt8]) -> Int {
        let name = String(decoding: word, as: UTF8.self)
        if let minutes = ZonedDate.zoneMinutes(name) { return minutes }
        let known = ["EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8]
        return known.first { ASCII.equal($0.key, name) }.map { $0.value * 60 } ?? 0
    }
}
