import PosternTestSupport
import Testing

@testable import MailSyntax

@Suite struct ZonedDateTests {
    private func parse(_ text: String) -> String? {
        MessageDate.parse(Array(text.utf8)[...]).map { MessageDate.rfc5322($0) }
    }

    /// The first six from RFC 5322 appendix A.
    @Test(arguments: [
        ("Fri, 21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600"),
        ("Tue, 1 Jul 2003 10:52:37 +0200", "Tue, 01 Jul 2003 10:52:37 +0200"),
        ("Thu, 13 Feb 1969 23:32:54 -0330", "Thu, 13 Feb 1969 23:32:54 -0330"),
        (
            "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)",
            "Thu, 13 Feb 1969 23:32:00 -0330"
        ), ("21 Nov 97 09:55:06 GMT", "Fri, 21 Nov 1997 09:55:06 +0000"),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600"),
        ("21 nov 2026 9:05", "Sat, 21 Nov 2026 09:05:00 +0000"),
        ("1 Jan 103 00:00:00 PDT", "Wed, 01 Jan 2003 00:00:00 -0700"),
        ("1 Jan 49 00:00 Z", "Fri, 01 Jan 2049 00:00:00 +0000"),
        ("29 Feb 2024 23:59:60 +0000", "Thu, 29 Feb 2024 23:59:59 +0000"),
        ("29 Feb 2023 00:00:00 +0000", nil), ("31 Apr 2023 00:00:00 +0000", nil),
        ("0 Jan 2023 00:00 +0000", nil), ("1 Foo 2023 00:00 +0000", nil), ("1 Jan 2023 24:00 +0000", nil),
        ("1 Jan 2023 00:60 +0000", nil), ("1 Jan 2023 +0000", nil), ("1 Jan 20230 00:00 +0000", nil),
        ("", nil), ("yesterday", nil), ("1 Jan 2023 00:00:00 +9999", "Sun, 01 Jan 2023 00:00:00 +0000"),
    ])
    func `a date is read`(_ text: String, _ expected: String?) { #expect(parse(text) == expected) }

    @Test func `what is written is read back`() {
        var random = SeededRandom(seed: 5260)
        for _ in 0..<2000 {
            let date = ZonedDate(
                secondsSince1970: Int64.random(in: -60_000_000_000...250_000_000_000, using: &random),
                zoneMinutes: Int.random(in: -1439...1439, using: &random))
            #expect(MessageDate.parse(Array(MessageDate.rfc5322(date).utf8)[...]) == date)
        }
    }

    @Test(arguments: [
        ("+0130", 90), ("-0000", 0), ("-0330", -210), ("0130", nil), ("+01:30", nil), ("+0160", nil),
        ("+013a", nil), ("", nil),
    ])
    func `a zone is read`(_ text: String, _ minutes: Int?) { #expect(ZonedDate.zoneMinutes(text) == minutes) }
}
