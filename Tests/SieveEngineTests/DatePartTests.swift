import MailSyntax
import Testing

@testable import SieveEngine

@Suite struct DatePartTests {
    /// 2026-11-21 00:30:05 two hours east of Greenwich: there it is a Saturday, in Greenwich a Friday.
    private let date = ZonedDate(secondsSince1970: 1_795_213_805, zoneMinutes: 120)

    @Test(arguments: [
        (DatePart.year, "2026"), (.month, "11"), (.day, "21"), (.date, "2026-11-21"), (.julian, "61365"),
        (.hour, "00"), (.minute, "30"), (.second, "05"), (.time, "00:30:05"),
        (.iso8601, "2026-11-21T00:30:05+02:00"), (.std11, "Sat, 21 Nov 2026 00:30:05 +0200"),
        (.zone, "+0200"), (.weekday, "6"),
    ])
    func `a date has parts`(_ part: DatePart, _ text: String) { #expect(part.text(of: date) == text) }

    @Test(arguments: [
        (DatePart.date, "2026-11-20"), (.weekday, "5"), (.time, "17:00:05"), (.zone, "-0530"),
        (.iso8601, "2026-11-20T17:00:05-05:30"), (.julian, "61364"),
    ])
    func `they differ with the zone`(_ part: DatePart, _ text: String) {
        #expect(part.text(of: date.inZone(-330)) == text)
    }

    @Test(arguments: [
        ("Sat, 21 Nov 2026 00:30:05 +0200", 1_795_213_805),
        ("from a by b; Sat, 21 Nov 2026 00:30:05 +0200 (EET; x)", 1_795_213_805), ("from a; by b", nil),
        ("", nil),
    ])
    func `a field holds a date`(_ value: String, _ seconds: Int64?) {
        #expect(DatePart.date(in: Array(value.utf8)[...])?.secondsSince1970 == seconds)
    }
}
