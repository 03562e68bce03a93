import Foundation
import MailSyntax
import PosternTestSupport
import Testing

@Suite struct MessageDateTests {
    private func date(_ seconds: Int64, _ milliseconds: Int64 = 0) -> String {
        MessageDate.rfc5322(Timestamp(millisecondsSince1970: seconds * 1000 + milliseconds))
    }

    @Test func `known dates`() {
        #expect(date(1_795_251_600) == "Sat, 21 Nov 2026 09:00:00 +0000")
        #expect(date(0) == "Thu, 01 Jan 1970 00:00:00 +0000")
        #expect(date(951_782_399, 999) == "Mon, 28 Feb 2000 23:59:59 +0000")
        #expect(date(951_782_400) == "Tue, 29 Feb 2000 00:00:00 +0000")
        #expect(date(-1) == "Wed, 31 Dec 1969 23:59:59 +0000")
        #expect(date(0, -1) == "Wed, 31 Dec 1969 23:59:59 +0000")
        #expect(date(4_107_542_400) == "Mon, 01 Mar 2100 00:00:00 +0000")
    }

    @Test func `dates agree with the calendar of Foundation`() {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        var random = SeededRandom(seed: 3)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: 0..<7_000_000_000, using: &random)
            #expect(date(seconds) == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
        }
    }
}
