/// A moment with the offset of the clock that it was read off.
public struct ZonedDate: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let secondsSince1970: Int64
    /// Minutes east of Greenwich.
    public let zoneMinutes: Int

    /// A moment seen from a zone.
    public init(secondsSince1970: Int64, zoneMinutes: Int) {
        self.secondsSince1970 = secondsSince1970
        self.zoneMinutes = zoneMinutes
    }

    /// A moment seen from a zone, its part of a second left out.
    public init(_ time: Timestamp, zoneMinutes: Int) {
        self.init(
            secondsSince1970: Self.floorDivide(time.millisecondsSince1970, 1000), zoneMinutes: zoneMinutes)
    }

    /// The same moment seen from another zone.
    public func inZone(_ minutes: Int) -> ZonedDate {
        ZonedDate(secondsSince1970: secondsSince1970, zoneMinutes: minutes)
    }

    /// Seconds on the clock of the zone, counted as if that were Greenwich.
    private var localSeconds: Int64 { secondsSince1970 &+ Int64(zoneMinutes) * 60 }

    /// Days since 1970-01-01 in the zone.
    public var day: Int64 { Self.floorDivide(localSeconds, 86_400) }
    /// Seconds since midnight in the zone.
    public var secondOfDay: Int { Int(localSeconds &- day &* 86_400) }
    /// 0 is Sunday.
    public var weekday: Int { Int(Self.modulo(day &+ 4, 7)) }
    /// Year, month from 1 and day from 1 in the Gregorian calendar.
    public var calendarDate: (year: Int64, month: Int, day: Int) { Self.civil(day) }

    // MARK: Zones

    /// The minutes of `+0130`; nil: that is no zone.
    public static func zoneMinutes(_ text: some StringProtocol) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            bytes[1...].allSatisfy(ASCII.isDigit)
        else { return nil }
        let digits = bytes[1...].map { Int($0 - 0x30) }
        let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        guard minutes < 60 else { return nil }
        return (bytes[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    /// `+0130`
    public var zone: String {
        let minutes = abs(zoneMinutes)
        return (zoneMinutes < 0 ? "-" : "+") + MessageDate.digits(Int64(minutes / 60), 2)
            + MessageDate.digits(Int64(minutes % 60), 2)
    }

    // MARK: Calendar

    /// The day of a date; nil: there is no such date.
    static func day(year: Int, month: Int, day: Int) -> Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= (month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31)
        else { return nil }
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// Counts in eras of 400 years that begin on 1 March, so that the leap day is the last of a year.
    static func civil(_ days: Int64) -> (year: Int64, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1))
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        value - floorDivide(value, divisor) * divisor
    }
}
