import Foundation
import MailSyntax
import RelayEvents
import Testing

@Suite struct TimestampTextTests {
    @Test func `days agree with Foundation's calendar from 1614 to 2370`() {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for day in stride(from: -130_000, to: 146_097, by: 61) {
            let milliseconds = Int64(day) * 86_400_000 + 45_296_789
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            let text = Timestamp(millisecondsSince1970: milliseconds).rfc3339
            #expect(text == formatter.string(from: date))
            #expect(Timestamp(rfc3339: text)?.millisecondsSince1970 == milliseconds)
        }
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T09:00:00Z", "2026-11-21 09:00:00.000Z", "2026-02-29T09:00:00.000Z",
        "2026-11-21T24:00:00.000Z", "2026-11-21T09:60:00.000Z", "2026-13-21T09:00:00.000Z",
        "2026-11-21T09:00:00.000+", "2026-11-2xT09:00:00.000Z", "2026-00-00T00:00:00.000Z",
    ])
    func `text of another form is no time`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [
        (0, "0.0 s"), (1234, "1.2 s"), (9949, "9.9 s"), (9950, "10 s"), (119_499, "119 s"),
        (119_500, "2 min"), (3_599_900, "60 min"), (7_169_999, "119 min"), (7_170_000, "2 h"),
        (170_999_999, "47 h"), (171_000_000, "2 d"), (-5, "0.0 s"),
    ])
    func `spans are told in one figure`(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).briefly == text)
    }
}
