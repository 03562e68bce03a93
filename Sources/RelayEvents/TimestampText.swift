package import MailSyntax

extension Timestamp {
    /// The time as `2026-11-21T09:00:00.000Z` (RFC 3339), always in UTC.
    package var rfc3339: String {
        let milliseconds = millisecondsSince1970
        let day = Self.floorDivide(milliseconds, 86_400_000)
        let inDay = milliseconds - day * 86_400_000
        let (year, month, dayOfMonth) = Self.civil(day)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
        let hours = Self.padded(inDay / 3_600_000, 2)
        let minutes = Self.padded(inDay / 60_000 % 60, 2)
        let seconds = Self.padded(inDay / 1000 % 60, 2)
        return "\(date)T\(hours):\(minutes):\(seconds).\(Self.padded(inDay % 1000, 3))Z"
    }

    /// Reads exactly the form that `rfc3339` writes.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        let pattern = Array("0000-00-00T00:00:00.000Z".utf8)
        guard bytes.count == pattern.count else { return nil }
        var numbers: [Int64] = [0]
        for (byte, shape) in zip(bytes, pattern) {
            if shape == UInt8(ascii: "0") {
                guard byte >= shape, byte <= UInt8(ascii: "9") else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(byte - shape)
            } else {
                guard byte == shape else { return nil }
                numbers.append(0)
            }
        }
        let day = Self.day(year: numbers[0], month: numbers[1], day: numbers[2])
        let seconds = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        self.init(millisecondsSince1970: day * 86_400_000 + seconds * 1000 + numbers[6])
        guard rfc3339 == text else { return nil }
    }

    /// The day counted from 1970, by the same calendar as `civil`.
    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Year, month and day of a day counted from 1970, by the Gregorian calendar counted from 1 March of
    /// the year 0 in eras of 400 years.
    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        let quotient = number / divisor
        return number % divisor < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Duration {
    /// The span for a person: `0.4 s`, `12 s`, `5 min`, `3 h`, `2 d`; to the nearest, so that an hour of which a
    /// moment has passed is still one.
    package var briefly: String {
        let milliseconds = max(0, wholeMilliseconds)
        func rounded(to unit: Int64) -> Int64 { (milliseconds + unit / 2) / unit }
        switch milliseconds {
        case ..<9_950: return "\(rounded(to: 100) / 10).\(rounded(to: 100) % 10) s"
        case ..<119_500: return "\(rounded(to: 1000)) s"
        case ..<7_170_000: return "\(rounded(to: 60_000)) min"
        case ..<171_000_000: return "\(rounded(to: 3_600_000)) h"
        default: return "\(rounded(to: 86_400_000)) d"
        }
    }
}
