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
            #expect(Timestamp(millisecondsSince1970: milliseconds).rfc3339 == formatter.string(from: date))
        }
    }

    @Test(arguments: [
        (0, "0.0 s"), (1234, "1.2 s"), (9999, "9.9 s"), (10_000, "10 s"), (119_999, "119 s"),
        (120_000, "2 min"),
        (7_199_999, "119 min"), (7_200_000, "2 h"), (172_800_000, "2 d"), (-5, "0.0 s"),
    ])
    func `spans are told in one figure`(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).briefly == text)
    }
}
